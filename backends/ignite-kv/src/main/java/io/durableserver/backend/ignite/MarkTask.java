package io.durableserver.backend.ignite;

import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
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
    /** The newest mark that whoever asks knows of; releases before this field said its number only. */
    private final @Nullable ArrayList<String> known;

    @IgniteInstanceResource
    private transient @Nullable Ignite ignite;

    private MarkTask(String cacheName, boolean renew, CopyMark known, Collection<String> accepted) {
        this.cacheName = cacheName;
        this.renew = renew;
        this.atLeast = known.number();
        this.accepted = new ArrayList<>(accepted);
        this.known = new ArrayList<>(known.lines());
    }

    static MarkTask read(String cacheName) {
        return new MarkTask(cacheName, false, CopyMark.NONE, List.of());
    }

    /** The node remembers what it sees now, and what is known already. */
    static MarkTask renew(String cacheName, CopyMark known) {
        return new MarkTask(cacheName, true, known, List.of());
    }

    /** The node forgets that others have newer copies. */
    static MarkTask accept(String cacheName, CopyMark known, Collection<String> lost) {
        return new MarkTask(cacheName, false, known, lost);
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
            long now = IgniteInternals.topologyVersion(node);
            Path file = file(node.configuration(), node.cluster().localNode().consistentId(), cacheName);
            Optional<CopyMark> before = remembered(file);
            Optional<CopyMark> next = before;
            if (renew) {
                if (!IgniteInternals.settled(node)) {
                    return answer;
                }
                next = Optional.of(CopyMark.renew(
                        before.orElse(CopyMark.NONE),
                        known(known, atLeast),
                        seen(node, cacheName, now),
                        !node.cache(cacheName).lostPartitions().isEmpty()));
                if (run != null) {
                    local.put(serving(), new WeakReference<>(run));
                }
            } else if (!accepted.isEmpty()) {
                next = before.map(mark -> accepted(mark, known(known, atLeast), accepted));
            }
            if (next.isPresent() && !next.equals(before)) {
                DurableLines.write(file, next.get().lines());
            }
            if (renew) {
                next.ifPresent(mark -> renewed(node, now, mark));
            }
            next.ifPresent(mark -> {
                keep(node, this, mark);
                answer.addAll(mark.lines());
            });
        }
        return answer;
    }

    /** What whoever asks knows. */
    static CopyMark known(@Nullable List<String> lines, long atLeast) {
        return lines == null ? new CopyMark(atLeast, Set.of(), Map.of()) : CopyMark.parse(lines);
    }

    /** What a node remembers when the loss of others is accepted: not its own older mark, which would need nodes that were away since. */
    static CopyMark accepted(CopyMark own, CopyMark known, Collection<String> lost) {
        return CopyMark.newest(List.of(own, known)).without(lost, known.number());
    }

    /** The newest mark a node has heard of since it runs is at hand without a look at its disk. */
    static void keep(Ignite node, MarkTask task, CopyMark mark) {
        ConcurrentMap<String, CopyMark> local = node.cluster().nodeLocalMap();
        local.merge(kept(task.cacheName), mark, (old, next) -> next.number() >= old.number() ? next : old);
    }

    /** {@link CopyMark#NONE} where it has heard of none yet. */
    static CopyMark heard(Ignite node, String cacheName) {
        ConcurrentMap<String, CopyMark> local = node.cluster().nodeLocalMap();
        return local.getOrDefault(kept(cacheName), CopyMark.NONE);
    }

    private static String kept(String cacheName) {
        return "durable-" + cacheName + ".mark";
    }

    /** Under this a node keeps since which activation it has the newest copies, or Ignite knows who has. */
    private String serving() {
        return "durable-" + cacheName + ".serving";
    }

    /** Which topology a node has remembered last since it runs, and with which mark. */
    private record Renewed(long version, long number) {}

    private void renewed(Ignite node, long version, CopyMark mark) {
        ConcurrentMap<String, Renewed> local = node.cluster().nodeLocalMap();
        local.put("durable-" + cacheName + ".renewed", new Renewed(version, mark.number()));
    }

    private static Optional<Renewed> renewed(Ignite node, String cacheName) {
        ConcurrentMap<String, Renewed> local = node.cluster().nodeLocalMap();
        return Optional.ofNullable(local.get("durable-" + cacheName + ".renewed"));
    }

    private static Seen seen(Ignite node, String cacheName, long now) {
        Set<String> alive = new TreeSet<>(IgniteInternals.servers(node));
        alive.retainAll(IgniteInternals.baseline(node));
        return renewed(node, cacheName)
                .flatMap(last -> IgniteInternals.servers(node, last.version(), now))
                .map(views -> Seen.of(views, alive))
                .orElseGet(() -> Seen.only(alive));
    }

    /** What is known of two nodes each now, where this is the newest mark; nothing where this node has not seen all since. Does not block. */
    static Set<LostPair> pairs(Ignite node, String cacheName, CopyMark newest) {
        return renewed(node, cacheName)
                .filter(last -> last.number() == newest.number())
                .map(last -> newest.whileLost(seen(node, cacheName, IgniteInternals.topologyVersion(node)))
                        .pairs())
                .orElse(Set.of());
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

    /** What a node remembers that has not joined yet. */
    static Optional<CopyMark> of(IgniteConfiguration node, String cacheName) {
        Object name = node.getConsistentId();
        return name == null || node.getWorkDirectory() == null
                ? Optional.empty()
                : remembered(file(node, name, cacheName));
    }

    static Optional<CopyMark> remembered(Path file) {
        return DurableLines.read(file, CopyMark::parse, "which nodes have the newest records");
    }
}
