package io.durableserver.backend.ignite;

import io.durableserver.spi.Scheduler;
import io.durableserver.spi.StoreEvent;
import io.durableserver.spi.StoreFacts;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.apache.ignite.Ignite;
import org.apache.ignite.events.Event;
import org.apache.ignite.events.EventType;
import org.apache.ignite.lang.IgnitePredicate;

/**
 * Opens lost partitions again. When all nodes with a copy of a partition are gone, Ignite refuses its keys until someone
 * says that the copies which came back are good. They are when the nodes that have, together, the newest copy of every record are
 * there ({@link CopyMark}), with their disks: without them an older copy would bring overwritten records back, and with an empty
 * disk records would be absent that were acknowledged (P2), so this waits, for the others until an operator decides
 * ({@link LossAcceptance}). It does not wait for any other node: of the copies of a lost partition Ignite takes that of the node which
 * joins last, also when it is an older one. Only for persistent records: what was in memory does not come back.
 */
final class LostPartitions {
    /** What an operator decides is no event, nor is each change of the baseline; and what is lost is known some time after a node has left. */
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final Ignite ignite;
    private final String cacheName;
    private final Supplier<Answers> remembered;
    private final Executor blocking;
    private final Scheduler scheduler;
    private final StoreFacts facts;
    private final IgnitePredicate<Event> listener;
    private volatile String told = "";
    /** Whether nodes are here whose disks may not be marked yet. */
    private volatile boolean unmarked = true;

    private volatile boolean stopped;

    /** @param remembered what the nodes that are here remember; blocks */
    LostPartitions(
            Ignite ignite,
            String cacheName,
            Supplier<Answers> remembered,
            Executor blocking,
            Scheduler scheduler,
            StoreFacts facts) {
        this.ignite = ignite;
        this.cacheName = cacheName;
        this.remembered = remembered;
        this.blocking = blocking;
        this.scheduler = scheduler;
        this.facts = facts;
        this.listener = joined -> {
            unmarked = true;
            run(this::recover);
            return true;
        };
    }

    /** Begins to keep in memory whether there are any; tries until that is known, or this has stopped. Blocks. */
    void begin() {
        try {
            LostLook.begin(ignite, cacheName, facts);
        } catch (RuntimeException failure) {
            if (!stopped && !IgniteInternals.stopping(ignite)) {
                failed("a look for lost partitions", failure);
                var unused = scheduler.schedule(AGAIN, () -> run(this::begin));
            }
        }
    }

    /** Blocks. */
    void start() {
        ignite.events().localListen(listener, EventType.EVT_NODE_JOINED);
        recover();
        again();
    }

    /** Blocks. */
    void stop() {
        stopped = true;
        ignite.events().stopLocalListen(listener);
    }

    private void run(Runnable task) {
        try {
            if (!stopped) {
                blocking.execute(task);
            }
        } catch (RejectedExecutionException closed) {
            stopped = true;
        }
    }

    private void again() {
        if (!stopped && !IgniteInternals.stopping(ignite)) {
            var unused = scheduler.schedule(AGAIN, () -> run(this::look));
        }
    }

    /** Blocks. */
    private void look() {
        try {
            if (unmarked || IgniteInternals.partitionsLost(ignite, cacheName)) {
                recover();
            }
        } finally {
            again();
        }
    }

    /** Blocks. */
    private void recover() {
        try {
            if (!ignite.cluster().state().active()) {
                return;
            }
            if (ignite.cache(cacheName).lostPartitions().isEmpty()) {
                told = "";
                DiskMark.set(ignite, cacheName);
                unmarked = false;
            } else {
                decide(remembered.get());
            }
        } catch (RuntimeException failure) {
            // A node that joined may not have its place yet. Until it has, the keys stay refused, which is safe.
            failed("the opening of lost partitions", failure);
        }
    }

    private void open(Set<String> lost) {
        ignite.resetLostPartitions(Set.of(cacheName));
        told = "";
        facts.tell((store, cache) -> lost.isEmpty()
                ? new StoreEvent.PartitionsOpened(store, cache)
                : new StoreEvent.PartitionsOpenedWithoutNewest(store, cache, lost.toString()));
    }

    private void tell(String why) {
        if (!why.equals(told)) {
            facts.tell((store, cache) -> new StoreEvent.PartitionsLost(store, cache, why));
        }
        told = why;
    }

    private void failed(String what, RuntimeException failure) {
        facts.tell((store, cache) -> new StoreEvent.StoreStepFailed(store, cache, what, failure));
    }

    private void decide(Answers answers) {
        Set<String> baseline = IgniteInternals.baseline(ignite);
        Set<String> away = new TreeSet<>(baseline);
        away.removeAll(IgniteInternals.servers(ignite));
        Set<String> newest = answers.marks().isEmpty() ? away : answers.away();
        Set<String> missing = meant(newest, baseline);
        waits(missing, away, away.isEmpty() || missing.isEmpty() ? DiskMark.absent(ignite, cacheName) : Set.of())
                .ifPresentOrElse(this::tell, () -> open(givenUp(newest, baseline)));
    }

    /** The nodes that are waited for: those taken out of the baseline are not. */
    static Set<String> meant(Set<String> newest, Set<String> baseline) {
        Set<String> meant = new TreeSet<>(newest);
        meant.retainAll(baseline);
        return meant;
    }

    /** The nodes that are not waited for, and whose copies were the newest. */
    static Set<String> givenUp(Set<String> newest, Set<String> baseline) {
        Set<String> givenUp = new TreeSet<>(newest);
        givenUp.removeAll(baseline);
        return givenUp;
    }

    /**
     * What lost partitions wait for, for people; empty when they are to be opened.
     *
     * @param missing the nodes that have the newest copies and are not here
     * @param away the nodes of the baseline that are not here: no others can be waited for
     * @param absent the nodes of the baseline that are here without what they had
     */
    static Optional<String> waits(Set<String> missing, Set<String> away, Set<String> absent) {
        if (!missing.isEmpty() && !away.isEmpty()) {
            return Optional.of(
                    "They open when " + missing
                            + " are here, which have the newest copies: start these, or accept their loss with IgniteKv.acceptLoss");
        }
        return absent.isEmpty()
                ? Optional.empty()
                : Optional.of(absent
                        + " are new, or came back without their disks: stop them, and start them with the disks they had,"
                        + " or accept their loss with IgniteKv.acceptLoss");
    }
}
