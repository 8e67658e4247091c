package io.durableserver.spi;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The maps a node has opened, each once until it is closed, and not more than {@value Cluster#MAX_MAPS}. Thread-safe; a map
 * that is open is found without a lock.
 */
final class OpenMaps {
    private record Opened(MapSpec spec, SharedMap map) {
        SharedMap as(MapSpec asked) {
            if (spec.conflictsWith(asked)) {
                throw new MapConflictException(asked, spec.toString());
            }
            return map;
        }

        boolean isOpen() {
            return !map.isClosed();
        }
    }

    private final Function<MapSpec, SharedMap> open;
    private final Map<String, Opened> opened = new ConcurrentHashMap<>();

    OpenMaps(Function<MapSpec, SharedMap> open) {
        this.open = open;
    }

    SharedMap map(MapSpec spec) {
        Opened present = opened.get(spec.name());
        return present != null && present.isOpen() ? present.as(spec) : make(spec);
    }

    private synchronized SharedMap make(MapSpec spec) {
        Opened present = opened.get(spec.name());
        if (present == null || !present.isOpen()) {
            opened.values().removeIf(map -> !map.isOpen());
            if (opened.size() >= Cluster.MAX_MAPS) {
                throw new TooManyMapsException(spec);
            }
            present = new Opened(spec, open.apply(spec));
            opened.put(spec.name(), present);
        }
        return present.as(spec);
    }
}
