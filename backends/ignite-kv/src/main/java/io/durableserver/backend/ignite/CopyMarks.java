package io.durableserver.backend.ignite;

import io.durableserver.NotAppliedException;
import io.durableserver.spi.ErrorCode;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.StoreEvent;
import io.durableserver.spi.StoreFacts;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.ignite.Ignite;
import org.apache.ignite.events.Event;
import org.apache.ignite.events.EventType;
import org.apache.ignite.lang.IgnitePredicate;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the {@link CopyMark}s of the nodes: an old copy never wins (P2). No write is acknowledged while a node is missing and not all
 * that are left remember so on their disks; a cluster that comes back serves only when the nodes of its newest marks are there.
 * Thread-safe.
 */
final class CopyMarks {
    private static final Duration FIRST = Duration.ofMillis(20);
    private static final Duration LONGEST = Duration.ofSeconds(1);
    /** A change of the baseline is no event that is always told. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    private static final String SLOW = "slow";

    private static final int[] EVENTS = {EventType.EVT_NODE_JOINED, EventType.EVT_NODE_LEFT, EventType.EVT_NODE_FAILED};

    private final Ignite ignite;
    private final String cacheName;
    private final Door door;
    private final QuorumView quorum;
    private final ClusterSizes sizes;
    private final Executor blocking;
    private final Scheduler scheduler;
    private final StoreFacts facts;
    private final IgnitePredicate<Event> listener;
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean renewing = new AtomicBoolean();
    private volatile Duration pause = FIRST;
    private volatile boolean kept;
    private volatile boolean stopped;
    private volatile @Nullable RuntimeException waitsFor;
    private volatile String told = "";
    private volatile Held known = Held.NOTHING;
    /** Whether nodes were remembered as not filled yet: no event tells when they are. */
    private volatile boolean filling;
    /** Whether this node opens because others served, whose marks need not say so. */
    private volatile boolean guest;
    /** What all nodes hold since the last look, and do not know so of each other. */
    private volatile @Nullable CopyMark toAgree;

    CopyMarks(
            Ignite ignite,
            String cacheName,
            Door door,
            QuorumView quorum,
            ClusterSizes sizes,
            Executor blocking,
            Scheduler scheduler,
            StoreFacts facts) {
        this.ignite = ignite;
        this.cacheName = cacheName;
        this.door = door;
        this.quorum = quorum;
        this.sizes = sizes;
        this.blocking = blocking;
        this.scheduler = scheduler;
        this.facts = facts;
        this.listener = changed -> {
            soon();
            return true;
        };
    }

    /** The nodes that are missing and may have the newest copies; empty when records may be served. Blocks. */
    Set<String> missing() {
        if (!sizes.agree()) {
            throw new IllegalStateException("The nodes do not agree yet on how many they are meant to be");
        }
        Answers answers = ask(ignite, MarkTask.read(cacheName));
        guest = answers.served();
        return answers.missing();
    }

    /** What the nodes that are here remember, whatever Ignite knows. Blocks. */
    Answers remembered() {
        return ask(ignite, MarkTask.read(cacheName));
    }

    /** Who is missing, as far as this node has heard, for people; empty where nobody is. Does not block. */
    static Optional<String> waitsFor(Ignite ignite, String cacheName) {
        Set<String> missing = new TreeSet<>(MarkTask.heard(ignite, cacheName).needed());
        ignite.cluster().forServers().nodes().forEach(node -> missing.remove(String.valueOf(node.consistentId())));
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of("nodes " + missing + " may have newer records: start them, or accept their loss with"
                        + " IgniteKv.acceptLoss");
    }

    /** Throws {@link NotAppliedException} where a node has lost its mark in a way that ends it. Blocks. */
    static Answers ask(Ignite ignite, MarkTask task) {
        Collection<List<String>> answers =
                ignite.compute(ignite.cluster().forServers()).broadcast(task);
        FileTrouble.check(task.cacheName(), answers);
        Answers all = Answers.of(answers);
        MarkTask.keep(ignite, task, all.newest());
        return all;
    }

    /** Records may be served again, after another activation: who was here meanwhile is not known. Blocks. */
    void startAgain() {
        known = Held.NOTHING;
        renew();
    }

    /** Records may be served: keeps the marks from now on. Returns when all nodes have one. Blocks. */
    void start() {
        ignite.events().localListen(listener, EVENTS);
        kept = true;
        renew();
        look();
    }

    private void look() {
        try {
            quorum.look();
            Held last = known;
            if (last.isAny() && !last.has(MarkTask.alive(ignite), IgniteInternals.baselineTopology(ignite))) {
                known = Held.NOTHING;
                soon();
            } else if (filling) {
                soon();
            }
        } catch (IllegalStateException stopping) {
            return;
        }
        if (!stopped) {
            var unused = scheduler.schedule(LOOK, this::look);
        }
    }

    /** Blocks. */
    void stop() {
        stopped = true;
        ignite.events().stopLocalListen(listener);
        release();
    }

    /**
     * Whether all nodes that are left remember who is missing. Asked when Ignite has acknowledged a write: with FULL_SYNC this node has
     * waited for each copy itself, and has heard of a lost node before it went on without that.
     */
    boolean hold() {
        if (!kept) {
            return true;
        }
        try {
            Held last = known;
            Topology now = IgniteInternals.topology(ignite);
            Object baseline = IgniteInternals.baselineTopology(ignite);
            if (!door.isOpen()) {
                return false;
            }
            if (last.isStill(now, baseline)) {
                return true;
            }
            if (!last.has(MarkTask.alive(ignite), baseline)) {
                return false;
            }
            known = new Held(last.nodes(), baseline, now);
            return true;
        } catch (IllegalStateException stopping) {
            return false;
        }
    }

    /** Runs something when {@link #hold} is true, or this has stopped. */
    void whenHeld(Runnable task) {
        waiting.add(task);
        if (stopped) {
            release();
        } else {
            soon();
        }
    }

    private void soon() {
        if (stopped) {
            return;
        }
        try {
            blocking.execute(this::renew);
        } catch (RejectedExecutionException closed) {
            release();
        }
    }

    /** One at a time; what changes meanwhile makes it begin anew. */
    private void renew() {
        if (stopped || !renewing.compareAndSet(false, true)) {
            return;
        }
        boolean done = false;
        RuntimeException cause = null;
        try {
            if (!door.isOpen()) {
                // After an activation nobody has looked yet whether the newest copies are here.
                return;
            }
            // First: what others know decides whether these are a quorum.
            boolean agreed = sizes.agree();
            if (agreed && !quorum.holds()) {
                // In a minority nothing changes, so nothing is newer there.
                return;
            }
            done = agreed && renewed();
        } catch (RuntimeException failure) {
            // A node leaves just now, or the cluster is deactivated; or it is what writes wait for.
            cause = failure;
        } finally {
            renewing.set(false);
        }
        if (done) {
            release();
            agree();
        }
        boolean held = done && hold();
        tell(held, cause);
        pause = held ? FIRST : pause.multipliedBy(2).compareTo(LONGEST) < 0 ? pause.multipliedBy(2) : LONGEST;
        if (!stopped && !held) {
            var unused = scheduler.schedule(pause, this::soon);
        }
    }

    /** Says once why writes wait: at once where the reason is known to be one, and else when they have waited for long. */
    private void tell(boolean held, @Nullable RuntimeException cause) {
        boolean known = cause instanceof NotAppliedException;
        String text = held || stopped ? "" : known ? String.valueOf(cause) : pause.equals(LONGEST) ? SLOW : told;
        waitsFor = held ? null : cause;
        if (!text.isEmpty() && !text.equals(told) && !IgniteInternals.stopping(ignite)) {
            ErrorCode code = cause == null ? ErrorCode.OVERDUE : ErrorCode.of(cause);
            String problem = cause == null ? "not all have answered" : String.valueOf(cause);
            facts.tell((store, cache) -> new StoreEvent.WritesWait(store, cache, code, problem));
        }
        if (held && !told.isEmpty()) {
            facts.tell(StoreEvent.WritesGoOn::new);
        }
        told = text;
    }

    /** What keeps {@link #hold} from being true; null where that is not known. */
    @Nullable
    RuntimeException waitsFor() {
        return waitsFor;
    }

    private boolean renewed() {
        Topology seen = IgniteInternals.topology(ignite);
        Object baseline = IgniteInternals.baselineTopology(ignite);
        Set<String> alive = MarkTask.alive(ignite);
        Answers before = ask(ignite, MarkTask.read(cacheName));
        checkRemembered(before);
        if (!before.settled()) {
            // Who is only late would be remembered as one that has not all, and be waited for when it leaves.
            return false;
        }
        Set<String> unfilled = new TreeSet<>(alive);
        unfilled.removeAll(before.whole());
        // Also what a node has told that has just left.
        CopyMark newest = MarkTask.heard(ignite, cacheName);
        Answers answers = ask(ignite, MarkTask.renew(cacheName, newest, unfilled, seen));
        CopyMark agreed = answers.newest();
        boolean remembered = answers.marks().keySet().containsAll(alive)
                && agreed.needed().containsAll(alive)
                && answers.marks().values().stream().allMatch(agreed::same);
        Held all = new Held(Set.copyOf(alive), baseline, seen);
        if (!remembered
                || !all.isStill(IgniteInternals.topology(ignite), IgniteInternals.baselineTopology(ignite))
                || !door.isOpen()) {
            return false;
        }
        known = all;
        filling = !unfilled.isEmpty();
        toAgree = agreed.past().isAgreed() ? null : agreed;
        return true;
    }

    /**
     * With a quorum one of those who remember this node is always here. Without one a node that joined may be alone before anybody
     * remembers it, and the others would come back and not miss it.
     */
    private void checkRemembered(Answers answers) {
        if (guest
                && quorum.servers() == 0
                && !answers.served()
                && !answers.away().isEmpty()) {
            throw new NotAppliedException(
                    NotAppliedException.Reason.STORAGE_UNAVAILABLE,
                    "These nodes left before they remembered that this one is here: start them, or accept their loss with"
                            + " IgniteKv.acceptLoss",
                    Map.of("nodes", List.copyOf(answers.away())));
        }
    }

    /** Writes do not wait for this. */
    private void agree() {
        CopyMark mark = toAgree;
        toAgree = null;
        if (mark != null && !stopped) {
            try {
                ask(ignite, MarkTask.agree(cacheName, mark));
            } catch (RuntimeException leaving) {
                // A node leaves just now. Then it counts as one that some may not have held, which is safe.
            }
        }
    }

    private void release() {
        for (Runnable task = waiting.poll(); task != null; task = waiting.poll()) {
            scheduler.internal().execute(task);
        }
    }
}
