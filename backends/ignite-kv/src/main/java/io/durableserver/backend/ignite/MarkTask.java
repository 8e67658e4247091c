package io.durableserver.backend.ignite;

import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentMap;
import org.apache.ignite.Ignite;
import org.apache.ignite.cluster.BaselineNode;
import org.apache.ignite.cluster.ClusterNode;
import org.apache.ignite.configuration.IgniteConfiguration;
import org.apache.ignite.lang.IgniteCallable;
import org.apache.ignite.resources.IgniteInstanceResource;
import org.jspecify.annotations.Nullable;

/**
 * Reads or renews the {@link CopyMark} of one node, a file beside its records. Answers its name, whether it had one since the cluster
 * was activated, and the lines of the mark; these are left out where it has none, or cannot tell yet. Field names are part of the wire form.
 */
final class MarkTask implements IgniteCallable<List<String>> {
    private static final long serialVersionUID = 1L;
    /** Two backends of one JVM may ask at a time. */
    private static final Object FILES = new Object();

    private final String cacheName;
    private final boolean renew;
    private final long atLeast;
    private final ArrayList<String> accepted;

    @IgniteInstanceResource
    private transient @Nullable Ignite ignite;

    private MarkTask(String cacheName, boolean renew, long atLeast, Collection<String> accepted) {
        this.cacheName = cacheName;
        this.renew = renew;
        this.atLeast = atLeast;
        this.accepted = new ArrayList<>(accepted);
    }

    static MarkTask read(String cacheName) {
        return new MarkTask(cacheName, false, 0, List.of());
    }

    /** The node remembers what it sees now. */
    static MarkTask renew(String cacheName, long atLeast) {
        return new MarkTask(cacheName, true, atLeast, List.of());
    }

    /** The node forgets that others have newer copies. */
    static MarkTask accept(String cacheName, long atLeast, Collection<String> lost) {
        return new MarkTask(cacheName, false, atLeast, lost);
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
        Object run = IgniteInternals.run(node, cacheName);
        ConcurrentMap<String, WeakReference<Object>> local = node.cluster().nodeLocalMap();
        WeakReference<Object> since = local.get(serving());
        answer.add(String.valueOf(run != null && since != null && since.get() == run));
        synchronized (FILES) {
            Path file = file(node.configuration(), node.cluster().localNode().consistentId(), cacheName);
            Optional<CopyMark> before = remembered(file);
            Optional<CopyMark> next = before;
            if (renew) {
                if (!IgniteInternals.settled(node)) {
                    return answer;
                }
                next = Optional.of(CopyMark.next(
                        before,
                        alive(node),
                        !node.cache(cacheName).lostPartitions().isEmpty(),
                        atLeast));
                if (run != null) {
                    local.put(serving(), new WeakReference<>(run));
                }
            } else if (!accepted.isEmpty()) {
                next = before.map(mark -> mark.without(accepted, atLeast));
            }
            if (next.isPresent() && !next.equals(before)) {
                DurableLines.write(file, next.get().lines());
            }
            next.ifPresent(mark -> answer.addAll(mark.lines()));
        }
        return answer;
    }

    /** Under this a node keeps since which activation it has the newest copies, or Ignite knows who has. */
    private String serving() {
        return "durable-" + cacheName + ".serving";
    }

    /** The nodes that are here and are meant to keep records. */
    static Set<String> alive(Ignite node) {
        Collection<BaselineNode> baseline = node.cluster().currentBaselineTopology();
        Set<String> meant = new TreeSet<>();
        if (baseline != null) {
            baseline.forEach(one -> meant.add(String.valueOf(one.consistentId())));
        }
        Set<String> alive = new TreeSet<>();
        for (ClusterNode server : node.cluster().forServers().nodes()) {
            alive.add(String.valueOf(server.consistentId()));
        }
        alive.retainAll(meant);
        return alive;
    }

    static Path file(IgniteConfiguration node, Object id, String cacheName) {
        return DiskMark.beside(node, id, "durable-" + cacheName + ".copies");
    }

    static Optional<CopyMark> remembered(Path file) {
        return DurableLines.read(file, CopyMark::parse, "which nodes have the newest records");
    }
}
