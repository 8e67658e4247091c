package io.durableserver.backend.ignite;

import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
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
 * was activated, whether it has the newest copy of all it is to have ({@link Filled}), and the lines of the mark; these are left out where it has none, or cannot tell yet. Field names are part of the wire form.
 */
final class MarkTask implements IgniteCallable<List<String>> {
    private static final long serialVersionUID = 1L;
    /** Two backends of one JVM may ask at a time. */
    private static final Object FILES = new Object();
    /** The topology of a request that does not depend on it. */
    private static final Topology ANY = Topology.NONE;

    private enum Kind {
        READ,
        RENEW,
        AGREE,
        ACCEPT
    }

    private final String cacheName;
    private final Kind kind;
    /** The newest mark that the asking node knows of. */
    private final ArrayList<String> known;

    private final ArrayList<String> accepted;
    /** The nodes that do not have the newest copy of all they are to have. */
    private final ArrayList<String> unfilled;
    /** A name for what is accepted, different each time. */
    private final String decision;
    /** What the asking node sees; a renewal is for that, and for nothing that came since. */
    private final long topology;

    private final int changes;

    @IgniteInstanceResource
    private transient @Nullable Ignite ignite;

    private MarkTask(
            String cacheName,
            Kind kind,
            CopyMark known,
            Collection<String> accepted,
            Collection<String> unfilled,
            String decision,
            Topology seen) {
        this.cacheName = cacheName;
        this.kind = kind;
        this.known = new ArrayList<>(known.lines());
        this.accepted = new ArrayList<>(accepted);
        this.unfilled = new ArrayList<>(unfilled);
        this.decision = decision;
        this.topology = seen.nodes();
        this.changes = seen.changes();
    }

    static MarkTask read(String cacheName) {
        return new MarkTask(cacheName, Kind.READ, CopyMark.NONE, List.of(), List.of(), "", ANY);
    }

    /**
     * The node remembers what it sees now, and what is known already. Answers without a mark where it sees another topology than this
     * version, or no quorum: a job may run later than it was sent, on a node that was cut off since.
     */
    static MarkTask renew(String cacheName, CopyMark known, Collection<String> unfilled, Topology seen) {
        return new MarkTask(cacheName, Kind.RENEW, known, List.of(), unfilled, "", seen);
    }

    /** The node remembers that all nodes held this mark that were there. */
    static MarkTask agree(String cacheName, CopyMark mark) {
        return new MarkTask(cacheName, Kind.AGREE, mark, List.of(), List.of(), "", ANY);
    }

    /** The node forgets that others have newer copies. */
    static MarkTask accept(String cacheName, CopyMark known, Collection<String> lost) {
        return new MarkTask(cacheName, Kind.ACCEPT, known, lost, List.of(), "accepted-" + UUID.randomUUID(), ANY);
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
        answer.add(IgniteInternals.filled(node, cacheName).word);
        synchronized (FILES) {
            Topology now = IgniteInternals.topology(node);
            Path file = file(node.configuration(), node.cluster().localNode().consistentId(), cacheName);
            Optional<CopyMark> before = remembered(file);
            if (kind == Kind.RENEW
                    && (!now.equals(new Topology(topology, changes)) || !IgniteInternals.settled(node))) {
                return answer;
            }
            Optional<CopyMark> next = next(node, before, now.nodes());
            if (next.isPresent() && !next.equals(before)) {
                DurableLines.write(file, next.get().lines());
            } else if (next.isPresent()) {
                DurableLines.confirm(file);
            }
            if (kind == Kind.RENEW && next.isPresent() && run != null) {
                local.put(serving(), new WeakReference<>(run));
            }
            next.ifPresent(mark -> {
                keep(node, this, mark);
                answer.addAll(mark.lines());
            });
        }
        return answer;
    }

    private Optional<CopyMark> next(Ignite node, Optional<CopyMark> before, long now) {
        CopyMark others = CopyMark.parse(known);
        return switch (kind) {
            case READ -> before;
            case RENEW ->
                CopyMark.renew(
                        before.orElse(CopyMark.NONE),
                        others,
                        base -> seen(node, base, now),
                        alive -> SizeChange.mayWrite(
                                SizeTask.heard(node, cacheName), IgniteInternals.baseline(node), alive),
                        !node.cache(cacheName).lostPartitions().isEmpty(),
                        Set.copyOf(unfilled),
                        IgniteInternals.moment(node, now)
                                .orElseThrow(() -> new IllegalStateException("Who is here is not known yet")));
            case AGREE -> before.map(mark -> mark.same(others) ? mark.agreed() : mark);
            case ACCEPT -> before.map(mark -> accepted(mark, others, accepted, decision));
        };
    }

    /** What a node remembers when the loss of others is accepted: not its own older mark, which would need nodes that were away since. */
    static CopyMark accepted(CopyMark own, CopyMark known, Collection<String> lost, String decision) {
        return CopyMark.newest(List.of(own, known)).without(lost, decision);
    }

    /** The newest mark a node has heard of since it runs is at hand without a look at its disk. */
    static void keep(Ignite node, MarkTask task, CopyMark mark) {
        CopyMark before = heard(node, task.cacheName);
        ConcurrentMap<String, CopyMark> local = node.cluster().nodeLocalMap();
        local.merge(kept(task.cacheName), mark, (old, next) -> CopyMark.newest(List.of(before, old, next)));
    }

    /** {@link CopyMark#NONE} where it has heard of none yet, not even of its own. */
    static CopyMark heard(Ignite node, String cacheName) {
        ConcurrentMap<String, CopyMark> local = node.cluster().nodeLocalMap();
        CopyMark heard = local.get(kept(cacheName));
        return heard == null ? Introduction.said(node.configuration(), cacheName) : heard;
    }

    private static String kept(String cacheName) {
        return "durable-" + cacheName + ".mark";
    }

    /** The key under which a node keeps since which activation it has the newest copies, or Ignite knows which nodes have. */
    private String serving() {
        return "durable-" + cacheName + ".serving";
    }

    /** Which nodes were here since a mark was made. Does not block. */
    static Seen seen(Ignite node, CopyMark since, long now) {
        Set<String> alive = new TreeSet<>(IgniteInternals.servers(node));
        alive.retainAll(IgniteInternals.baseline(node));
        OptionalLong made =
                IgniteInternals.moment(node, now).map(since.past()::madeIn).orElse(OptionalLong.empty());
        return (made.isPresent()
                        ? IgniteInternals.servers(node, made.getAsLong(), now)
                        : Optional.<List<Set<String>>>empty())
                .map(views -> Seen.of(views, alive))
                .orElseGet(() -> Seen.only(alive));
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
