package io.durableserver.backend.ignite;

import io.durableserver.spi.StoreEvent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentMap;
import org.apache.ignite.Ignite;
import org.apache.ignite.configuration.IgniteConfiguration;
import org.apache.ignite.lang.IgniteCallable;
import org.apache.ignite.resources.IgniteInstanceResource;
import org.jspecify.annotations.Nullable;

/**
 * Reads or changes the {@link ClusterSize} one node remembers, a file beside its records. Answers the node's name and the lines of what
 * it remembers now, which are left out where it remembers none. Field names are part of the wire form.
 */
final class SizeTask implements IgniteCallable<List<String>> {
    private static final long serialVersionUID = 1L;
    /** Two backends of one JVM may ask at a time. */
    private static final Object FILES = new Object();

    private final String cacheName;
    /** Only this is replaced; by nothing but something newer where it is empty. */
    private final ArrayList<String> expected;

    private final ArrayList<String> next;

    @IgniteInstanceResource
    private transient @Nullable Ignite ignite;

    private SizeTask(String cacheName, List<String> expected, List<String> next) {
        this.cacheName = cacheName;
        this.expected = new ArrayList<>(expected);
        this.next = new ArrayList<>(next);
    }

    static SizeTask read(String cacheName) {
        return new SizeTask(cacheName, List.of(), List.of());
    }

    /** The node remembers this, unless it remembers something newer. */
    static SizeTask spread(String cacheName, ClusterSize size) {
        return new SizeTask(cacheName, List.of(), size.lines());
    }

    /** The node remembers the one in the place of the other. */
    static SizeTask swap(String cacheName, ClusterSize now, ClusterSize next) {
        return new SizeTask(cacheName, now.lines(), next.lines());
    }

    String cacheName() {
        return cacheName;
    }

    @Override
    public List<String> call() {
        Ignite node = Objects.requireNonNull(ignite, "ignite");
        try {
            return answer(node);
        } catch (FileFailure failure) {
            return FileTrouble.end(node, failure);
        }
    }

    private List<String> answer(Ignite node) {
        ArrayList<String> answer = new ArrayList<>();
        answer.add(String.valueOf(node.cluster().localNode().consistentId()));
        remembered(node).ifPresent(size -> answer.addAll(size.lines()));
        return answer;
    }

    private Optional<ClusterSize> remembered(Ignite node) {
        Path file = file(node.configuration(), node.cluster().localNode().consistentId(), cacheName);
        Optional<ClusterSize> before;
        Optional<ClusterSize> now;
        synchronized (FILES) {
            before = remembered(file);
            now = before;
            if (!next.isEmpty() && replaces(now)) {
                now = Optional.of(ClusterSize.parse(next));
                DurableLines.write(file, next);
            } else if (now.isPresent()) {
                // All that a node answers is taken as remembered.
                DurableLines.confirm(file);
            }
            now.ifPresent(size -> keep(node.cluster().nodeLocalMap(), cacheName, size));
        }
        if (before.isPresent() && now.isPresent()) {
            tell(node, before.get().expected(), now.get().expected());
        }
        return now;
    }

    private void tell(Ignite node, int before, int counts) {
        if (counts != before) {
            OpenFacts.of(node, cacheName)
                    .ifPresent(facts ->
                            facts.tell((store, cache) -> new StoreEvent.SizeChanged(store, cache, before, counts)));
        }
    }

    static Path file(IgniteConfiguration node, Object id, String cacheName) {
        return DiskMark.beside(node, id, "durable-" + cacheName + ".size");
    }

    static Optional<ClusterSize> remembered(Path file) {
        return DurableLines.read(file, ClusterSize::parse, "how many nodes are expected");
    }

    private boolean replaces(Optional<ClusterSize> now) {
        return expected.isEmpty()
                ? now.isEmpty() || ClusterSize.parse(next).compareTo(now.get()) > 0
                : now.equals(Optional.of(ClusterSize.parse(expected)));
    }

    /** The backends of a node look there. */
    static void keep(ConcurrentMap<String, ClusterSize> local, String cacheName, ClusterSize size) {
        local.merge(key(cacheName), size, (old, other) -> other.compareTo(old) > 0 ? other : old);
    }

    /** What a node has heard of since it runs. Does not block. */
    static Optional<ClusterSize> heard(Ignite node, String cacheName) {
        ConcurrentMap<String, ClusterSize> local = node.cluster().nodeLocalMap();
        return Optional.ofNullable(local.get(key(cacheName)));
    }

    static String key(String cacheName) {
        return "durable-" + cacheName + ".size";
    }
}
