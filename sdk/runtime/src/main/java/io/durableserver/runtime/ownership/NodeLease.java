package io.durableserver.runtime.ownership;

import io.durableserver.NotAppliedException;
import io.durableserver.Registration;
import io.durableserver.config.LeaseConfig;
import io.durableserver.runtime.events.Facts;
import io.durableserver.runtime.events.HotPath;
import io.durableserver.runtime.jdk.Thrown;
import io.durableserver.runtime.ownership.ConditionalWrite.Outcome;
import io.durableserver.runtime.ownership.LeaseClock.Standing;
import io.durableserver.runtime.record.ExtraMembers;
import io.durableserver.runtime.record.LeaseFormat;
import io.durableserver.runtime.record.LeaseRecord;
import io.durableserver.spi.ErrorCode;
import io.durableserver.spi.NodeEvent;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.Session;
import io.durableserver.spi.TimeSource;
import io.durableserver.spi.Version;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * This node's lease in the store: created before the node serves, renewed while it does, marked gone when it leaves. Each
 * renewal replaces the version before, so a node that marks it gone ends this session for good.
 */
public final class NodeLease {
    /** What the node does about its lease. */
    public interface Listener {
        /** The lease holds (again): the node may serve. */
        void held();

        /**
         * The lease holds, but could not be renewed, or not in time: without a renewal it will run out, and the node will stop
         * serving. Until then it serves, or until {@link #held} says that all is well again.
         *
         * @param cause why the renewal failed; null while it goes on
         */
        default void atRisk(@Nullable Throwable cause) {}

        /** The lease ran out, but the session may get it back: stop serving until {@link #held}. */
        void expired();

        /** Another node ended this session: stop serving for good. */
        void revoked();

        /** After each of these, when nothing of the lease waits: the time to tell of it. */
        default void settled() {}
    }

    private final Store store;
    private final String storeKey;
    private final Session session;
    private final String endpoint;
    private final Supplier<String> cluster;
    private final LeaseConfig config;
    private final LeaseClock clock;
    private final Scheduler scheduler;
    private final TimeSource time;
    private final Facts facts;
    private final Listener listener;

    private @Nullable Version version;
    private volatile ExtraMembers extra = ExtraMembers.NONE;
    private long renewals;
    /** Held while the node changes with the lease, so that the last it does, and what listeners hear last, is the newest. */
    private final Object changing = new Object();

    private Standing told = Standing.OUT;
    private boolean alarmed;
    private boolean ended;
    private volatile String endedBy = "another node ended it";
    private boolean writing;
    private boolean seenAbsent;
    private volatile @Nullable Throwable lastFailure;
    private @Nullable Registration watchdog;

    public NodeLease(
            Store store,
            StoreKeys keys,
            Session session,
            String endpoint,
            Supplier<String> cluster,
            LeaseConfig config,
            LeaseClock clock,
            Scheduler scheduler,
            TimeSource time,
            Facts facts,
            Listener listener) {
        this.store = store;
        this.storeKey = keys.lease(session);
        this.session = session;
        this.endpoint = endpoint;
        this.cluster = cluster;
        this.config = config;
        this.clock = clock;
        this.scheduler = scheduler;
        this.time = time;
        this.facts = facts;
        this.listener = listener;
    }

    /** Starts to hold the lease. */
    public void start() {
        renew();
        watch();
    }

    /** Why the last attempt to hold the lease failed; null when it did not. */
    public @Nullable Throwable lastFailure() {
        return lastFailure;
    }

    private void renew() {
        long started = time.nanoTime();
        ConditionalWrite write;
        synchronized (this) {
            if (ended || writing) {
                return;
            }
            writing = true;
            byte[] bytes = record(false, renewals + 1);
            write = version == null ? ConditionalWrite.create(bytes) : ConditionalWrite.replace(version, bytes);
        }
        // Without the lock: a store that blocks against its contract must not keep the watchdog from looking.
        store.write(storeKey, write, () -> inTime(started)).whenComplete((outcome, defect) -> {
            if (outcome instanceof Outcome.Conflict) {
                verify(started);
            } else {
                finish(outcome, defect, started);
                goOn(started);
            }
        });
    }

    private void finish(@Nullable Outcome outcome, @Nullable Throwable defect, long started) {
        Throwable cause = taken(outcome, defect, started);
        HotPath hot = facts.hot();
        if (hot != null) {
            hot.renewalEnded(cause == null, time.nanoTime() - started);
        }
        if (cause != null) {
            facts.tell(new NodeEvent.LeaseNotRenewed(session, ErrorCode.of(cause), Thrown.of(cause)));
        }
    }

    /** Notes how a renewal ended; the cause when it failed. */
    private synchronized @Nullable Throwable taken(
            @Nullable Outcome outcome, @Nullable Throwable defect, long started) {
        writing = false;
        if (outcome instanceof Outcome.Stored stored) {
            version = stored.version();
            renewals++;
            seenAbsent = false;
            if (!ended) {
                clock.renewed(started);
            }
            lastFailure = null;
            return null;
        }
        Throwable cause = outcome instanceof Outcome.NotApplied refused
                ? refused.cause()
                : outcome instanceof Outcome.Unknown unknown ? unknown.cause() : defect;
        lastFailure = cause == null ? new IllegalStateException("no answer of the store") : cause;
        return lastFailure;
    }

    /** The record is not as we left it: a renewal whose end stayed unknown was applied after all, or we were ended. */
    private void verify(long started) {
        store.read(storeKey, () -> inTime(started)).whenComplete((result, defect) -> {
            if (result instanceof ReadResult.Found found && adopt(found)) {
                goOn(started);
            } else if (result != null && mayStillBeOurs(result)) {
                finish(null, refusedWithoutNeed(), started);
                goOn(started);
            } else if (defect != null || result instanceof ReadResult.Failed) {
                finish(null, defect != null ? defect : ((ReadResult.Failed) result).cause(), started);
                goOn(started);
            } else {
                revoke();
            }
        });
    }

    /**
     * The version we wrote last is still there, so no node ended us: the conflict was none. Absence is believed when it was
     * seen twice, apart in time: over a version that is not there no write of ours can bring a session back that is over.
     */
    private synchronized boolean mayStillBeOurs(ReadResult result) {
        Version mine = version;
        if (mine == null) {
            return false;
        }
        if (result instanceof ReadResult.Absent) {
            boolean first = !seenAbsent;
            seenAbsent = true;
            return first;
        }
        return result instanceof ReadResult.Found found && found.version().equals(mine);
    }

    private NotAppliedException refusedWithoutNeed() {
        return new NotAppliedException(
                NotAppliedException.Reason.STORAGE_UNAVAILABLE,
                "The store refused to renew the lease, and nobody ended it as far as it can be seen",
                Map.of("session", session));
    }

    private boolean adopt(ReadResult.Found found) {
        try {
            LeaseRecord lease = LeaseFormat.decode(storeKey, found.record());
            if (lease.gone() || !lease.session().equals(session)) {
                return false;
            }
            synchronized (this) {
                if (lease.renewals() <= renewals) {
                    // A late attempt to create it, applied after it was marked gone and removed: this session is over.
                    return false;
                }
                writing = false;
                version = found.version();
                renewals = lease.renewals();
                extra = lease.extra();
            }
            return true;
        } catch (NotAppliedException foreign) {
            endedBy = "it was replaced: " + foreign.getMessage();
            return false;
        }
    }

    private void revoke() {
        synchronized (this) {
            writing = false;
            ended = true;
            clock.lost();
        }
        // Before what follows from it; it waits for nothing.
        facts.tellInOrder(new NodeEvent.LeaseEnded(session, ErrorCode.LEASE_ENDED, endedBy));
        listener.revoked();
    }

    private void goOn(long started) {
        try {
            tell();
        } finally {
            Duration spent = Duration.ofNanos(time.nanoTime() - started);
            Duration pause = lastFailure == null
                    ? config.renewEvery().minus(spent)
                    : config.renewEvery().dividedBy(8);
            scheduler.schedule(pause.isNegative() ? Duration.ZERO : pause, this::renew);
        }
    }

    /** A renewal is not tried for so long that why it fails becomes known too late: the next one begins soon after it. */
    private boolean inTime(long started) {
        return !isEnded()
                && time.nanoTime() - started < config.renewEvery().dividedBy(4).toNanos();
    }

    /** Notices what becomes of the lease while a renewal hangs. Every use of the lease checks the clock itself as well. */
    private void watch() {
        try {
            tell();
        } finally {
            watchAgain();
        }
    }

    private synchronized void watchAgain() {
        if (!ended) {
            watchdog = scheduler.schedule(Duration.ofNanos(clock.lookEveryNanos()), this::watch);
        }
    }

    /** The node does what is to be done, one change after the other, and it is told in that order. */
    private void tell() {
        boolean changed;
        synchronized (changing) {
            changed = change(time.nanoTime(), lastFailure);
        }
        if (changed) {
            listener.settled();
        }
    }

    private boolean change(long now, @Nullable Throwable cause) {
        Standing standing = clock.standing(now, cause != null);
        Standing before = told;
        if (isEnded() || standing == before) {
            return false;
        }
        told = standing;
        switch (standing) {
            case SOUND -> {
                listener.held();
                if (alarmed) {
                    facts.tellInOrder(new NodeEvent.LeaseSafe(session));
                }
                alarmed = false;
            }
            case AT_RISK -> {
                if (before == Standing.OUT) {
                    listener.held();
                }
                listener.atRisk(cause);
                alarmed = true;
                String problem = cause == null
                        ? "its renewal is overdue"
                        : "it could not be renewed: " + Thrown.messageOf(cause);
                ErrorCode code = cause == null ? ErrorCode.OVERDUE : ErrorCode.of(cause);
                Duration left = Duration.ofNanos(clock.leftNanos(now));
                facts.tellInOrder(new NodeEvent.LeaseAtRisk(session, code, problem, left));
            }
            case OUT -> {
                listener.expired();
                alarmed = true;
                facts.tellInOrder(new NodeEvent.LeaseRanOut(session));
            }
        }
        return true;
    }

    private synchronized boolean isEnded() {
        return ended;
    }

    private byte[] record(boolean gone, long number) {
        return LeaseFormat.encode(
                new LeaseRecord(session, number, endpoint, gone, time.wallMillis(), cluster.get(), extra));
    }

    /** Stops holding the lease without a word: others have to wait for it. */
    public synchronized void abandon() {
        ended = true;
        clock.lost();
        if (watchdog != null) {
            watchdog.close();
        }
    }

    /**
     * Says goodbye: nothing is served here any more, others need not wait. Call it after the last server stopped. A lease that ran
     * out is marked gone too, but in one attempt: it has been silent for its time already, and a store that refused its
     * renewals would hold up a node that could join elsewhere.
     */
    public CompletionStage<Void> goodbye() {
        Version current;
        long number;
        long started = time.nanoTime();
        boolean awaited;
        synchronized (this) {
            awaited = clock.isValid(started);
            abandon();
            current = version;
            number = renewals + 1;
        }
        if (current == null) {
            return CompletableFuture.completedFuture(null);
        }
        return store.write(
                        storeKey,
                        ConditionalWrite.replace(current, record(true, number)),
                        () -> awaited
                                && time.nanoTime() - started < config.time().toNanos() / 2)
                .thenAccept(outcome -> {
                    if (!(outcome instanceof Outcome.Stored)) {
                        facts.tell(new NodeEvent.GoodbyeFailed(
                                session,
                                ErrorCode.of(NotAppliedException.Reason.STORAGE_UNAVAILABLE),
                                "its store did not take it"));
                    }
                });
    }
}
