package io.durableserver.ignite.map;

import io.durableserver.spi.MapSpec;
import io.durableserver.spi.MapUnavailableException;
import io.durableserver.spi.SharedMap;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The maps a prefix opened while its cluster was active. Once the cluster was deactivated they are closed, and the
 * {@link io.durableserver.spi.Cluster} of that time opens no more: the next one has its own. Thread-safe.
 *
 * @param <M> what a map is
 */
public final class OpenedMaps<M extends SharedMap> implements AutoCloseable {
    private final Function<MapSpec, M> open;
    private final Consumer<M> end;
    private final List<M> maps = new ArrayList<>();
    private boolean closed;

    /**
     * None yet.
     *
     * @param open makes one; may block
     * @param end closes one
     */
    public OpenedMaps(Function<MapSpec, M> open, Consumer<M> end) {
        this.open = open;
        this.end = end;
    }

    /**
     * Opens one, which may block; {@link #close} does not wait for that.
     *
     * @throws MapUnavailableException once this is closed
     */
    public SharedMap open(MapSpec spec) {
        if (isClosed()) {
            throw unavailable(spec);
        }
        M map = open.apply(spec);
        if (!keep(map)) {
            end.accept(map);
            throw unavailable(spec);
        }
        return map;
    }

    private static MapUnavailableException unavailable(MapSpec spec) {
        return new MapUnavailableException("The cluster was deactivated, and the map " + spec + " with it", null);
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private synchronized boolean keep(M map) {
        maps.removeIf(SharedMap::isClosed);
        return !closed && maps.add(map);
    }

    @Override
    public void close() {
        List<M> opened;
        synchronized (this) {
            closed = true;
            opened = List.copyOf(maps);
            maps.clear();
        }
        opened.forEach(end);
    }
}
