package io.durableserver.runtime.ownership;

import io.durableserver.NotAppliedException;
import io.durableserver.Registration;
import io.durableserver.config.LeaseConfig;
import io.durableserver.runtime.events.Facts;
import io.durableserver.runtime.ownership.ConditionalWrite.Outcome;
import io.durableserver.runtime.record.LeaseFormat;
import io.durableserver.runtime.record.LeaseRecord;
import io.durableserver.runtime.wire.Causes;
import io.durableserver.spi.ErrorCode;
import io.durableserver.spi.Membership;
import io.durableserver.spi.NodeEvent;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.ServerEvent.Evidence;
import io.durableserver.spi.Session;
import io.durableserver.spi.TimeSource;
import io.durableserver.spi.Version;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Finds out whether a session that is not in the cluster has certainly stopped serving (P4): it said goodbye, its process
 * is provably gone, or its lease has stood still for the lease time on this node's own monotonic clock. Each session is
 * looked at once, however many of its servers are wanted. A lease that stood still is marked gone in the store, so that
 * no node has to wait twice; the mark breaks the session's own chain of renewals, so it can never come back.
 */
public final class OwnerCheck {
    private static final int MAX_REMEMBERED = 10_000;

    private final Store store;
    private final StoreKeys keys;
    private final Membership membership;
    private final LeaseConfig config;
    private final Scheduler scheduler;
    private final TimeSource time;
    private final Facts facts;
    private final Map<Session, Evidence> gone = new ConcurrentHashMap<>();
    private final Map<Session, CompletableFuture<Evidence>> watches = new ConcurrentHashMap<>();
    /** The clusters that the leases of watched sessions say they are in. */
    private final Map<Session, String> clusters = new ConcurrentHashMap<>();

    public OwnerCheck(
            Store store,
            StoreKeys keys,
            Membership membership,
            LeaseConfig config,
            Scheduler scheduler,
            TimeSource time,
            Facts facts) {
        this.store = store;
        this.keys = keys;
        this.membership = membership;
        this.config = config;
        this.scheduler = scheduler;
        this.time = time;
        this.facts = facts;
    }

    /**
     * As {@link #awaitGone(Session)}, but no longer than until the deadline: an owner outside our view may renew its lease
     * for ever.
     */
    public CompletionStage<Evidence> awaitGone(Session session, long deadlineNanos) {
        CompletableFuture<Evidence> end = new CompletableFuture<>();
        Duration left = Duration.ofNanos(Math.max(1, deadlineNanos - time.nanoTime()));
        Registration limit = scheduler.schedule(left, () -> end.completeExceptionally(late(session)));
        awaitGone(session).whenComplete((done, failure) -> {
            limit.close();
            if (failure == null) {
                end.complete(done);
            } else {
                end.completeExceptionally(failure);
            }
        });
        return end;
    }

    private NotAppliedException late(Session session) {
        Map<String, Object> context = new HashMap<>();
        context.put("owner", session);
        String theirs = clusters.getOrDefault(session, "");
        String ours = membership.cluster();
        boolean other = !theirs.isEmpty() && !ours.isEmpty() && !theirs.equals(ours);
        if (other) {
            context.put("cluster", ours);
            context.put("clusterOfOwner", theirs);
        }
        return new NotAppliedException(
                NotAppliedException.Reason.OWNER_LEASE_ACTIVE,
                "The owner's lease did not run out before the deadline"
                        + (other ? ": another cluster uses this prefix in the same store" : ""),
                context);
    }

    /**
     * Completes when the session has certainly stopped serving, with what shows it. Fails with {@link NotAppliedException} when it is in the
     * cluster (again), or when the store cannot be read. May take the lease time and more.
     */
    CompletionStage<Evidence> awaitGone(Session session) {
        Evidence known = gone.get(session);
        if (known != null) {
            return CompletableFuture.completedFuture(known);
        }
        long since = time.nanoTime();
        CompletableFuture<Evidence> mine = new CompletableFuture<>();
        CompletableFuture<Evidence> running = watches.putIfAbsent(session, mine);
        if (running != null) {
            return running;
        }
        CompletionStage<Evidence> watched = mine;
        watched.whenComplete((done, failure) -> {
            if (failure == null) {
                if (gone.size() >= MAX_REMEMBERED) {
                    gone.clear();
                }
                gone.put(session, done);
                facts.tell(new NodeEvent.OwnerGone(session, done, Duration.ofNanos(time.nanoTime() - since)));
            }
            watches.remove(session, mine);
            clusters.remove(session);
        });
        look(new Watch(session, mine));
        return mine;
    }

    private static final class Watch {
        final Session session;
        final CompletableFuture<Evidence> end;
        boolean asked;
        Version seen = new Version("");
        long seenSince;

        Watch(Session session, CompletableFuture<Evidence> end) {
            this.session = session;
            this.end = end;
        }
    }

    private void look(Watch watch) {
        if (membership.view().contains(watch.session)) {
            fail(watch, "The owner is in the cluster");
            return;
        }
        long started = time.nanoTime();
        store.read(
                        keys.lease(watch.session),
                        () -> time.nanoTime() - started < config.time().toNanos())
                .thenAccept(result -> onLease(watch, result))
                .exceptionally(defect -> {
                    watch.end.completeExceptionally(Causes.of(defect));
                    return null;
                });
    }

    private void onLease(Watch watch, ReadResult result) {
        if (result instanceof ReadResult.Absent) {
            watch.end.complete(Evidence.NO_LEASE);
        } else if (result instanceof ReadResult.Found found) {
            LeaseRecord lease;
            try {
                lease = LeaseFormat.decode(keys.lease(watch.session), found.record());
            } catch (NotAppliedException unreadable) {
                onGarbage(watch, Optional.of(found.version()), unreadable);
                return;
            }
            clusters.put(watch.session, lease.cluster());
            if (lease.gone()) {
                watch.end.complete(Evidence.GOODBYE);
            } else if (!watch.asked) {
                watch.asked = true;
                membership.provablyGone(watch.session, lease.endpoint()).whenComplete((proved, failure) -> {
                    if (failure == null && proved) {
                        watch.end.complete(Evidence.PROVED);
                    } else {
                        observe(watch, found.version(), lease);
                    }
                });
            } else {
                observe(watch, found.version(), lease);
            }
        } else if (result instanceof ReadResult.Failed failed) {
            NotAppliedException error =
                    Unread.error(failed, "The lease of the owner cannot be read", Map.of("owner", watch.session));
            if (Unread.isGarbage(error)) {
                store.version(keys.lease(watch.session))
                        .whenComplete((version, defect) ->
                                onGarbage(watch, defect == null ? version : Optional.empty(), error));
            } else {
                watch.end.completeExceptionally(error);
            }
        }
    }

    /**
     * What stands there is no lease, so it is no proof yet. But no renewal of the owner can be written over it, since each
     * replaces the one before: if it stands still for the lease time, the owner's lease has run out like any other.
     */
    private void onGarbage(Watch watch, Optional<Version> version, NotAppliedException problem) {
        if (version.isEmpty() || !Unread.isGarbage(problem)) {
            watch.end.completeExceptionally(problem);
            return;
        }
        if (!version.get().equals(watch.seen)) {
            facts.tell(new NodeEvent.OwnerUnreadable(
                    watch.session, ErrorCode.of(problem), String.valueOf(problem.getMessage())));
        }
        observe(watch, version.get(), new LeaseRecord(watch.session, 0, "", false, 0));
    }

    private void observe(Watch watch, Version version, LeaseRecord lease) {
        long now = time.nanoTime();
        if (!version.equals(watch.seen)) {
            watch.seen = version;
            watch.seenSince = now;
        }
        long left = config.time().toNanos() - (now - watch.seenSince);
        if (left > 0) {
            long pause = Math.min(left, config.renewEvery().toNanos());
            scheduler.schedule(Duration.ofNanos(Math.max(pause, 1_000_000)), () -> look(watch));
            return;
        }
        byte[] mark = LeaseFormat.encode(new LeaseRecord(
                watch.session,
                Math.max(lease.renewals(), lease.renewals() + 1),
                lease.endpoint(),
                true,
                time.wallMillis(),
                lease.cluster(),
                lease.extra()));
        long started = time.nanoTime();
        store.write(
                        keys.lease(watch.session),
                        ConditionalWrite.replace(version, mark),
                        () -> time.nanoTime() - started < config.time().toNanos())
                .whenComplete((outcome, defect) -> {
                    if (outcome instanceof Outcome.Stored) {
                        watch.end.complete(Evidence.EXPIRED);
                    } else if (outcome instanceof Outcome.Conflict || outcome instanceof Outcome.Unknown) {
                        look(watch);
                    } else {
                        // Refused, perhaps for good: the store is not asked again and again without a pause.
                        scheduler.schedule(config.renewEvery(), () -> look(watch));
                    }
                });
    }

    private static void fail(Watch watch, String message) {
        watch.end.completeExceptionally(new NotAppliedException(
                NotAppliedException.Reason.OWNER_LEASE_ACTIVE, message, Map.of("owner", watch.session)));
    }
}
