package io.durableserver.runtime.routing;

import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.runtime.ownership.Directory;
import io.durableserver.runtime.placement.ClusterView;
import io.durableserver.runtime.placement.Placement;
import io.durableserver.runtime.wire.Control;
import io.durableserver.runtime.wire.DirectoryEntry;
import io.durableserver.runtime.wire.Start;
import io.durableserver.runtime.wire.WireError;
import io.durableserver.spi.Membership;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.Session;
import io.durableserver.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Decides where the keys start whose directory entries this node holds. Concurrent starts of a key meet here and become
 * one. Not a promise, only an economy: two nodes that both think they arbitrate a key are told apart by the directory
 * and by the record.
 */
public final class Arbiter {
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final Directory directory;
    private final Membership membership;
    private final Readiness readiness;
    private final ControlPlane control;
    private final Scheduler scheduler;
    private final TimeSource time;
    private final Map<String, CompletableFuture<Control.Answer>> starts = new ConcurrentHashMap<>();

    public Arbiter(
            Directory directory,
            Membership membership,
            Readiness readiness,
            ControlPlane control,
            Scheduler scheduler,
            TimeSource time) {
        this.directory = directory;
        this.membership = membership;
        this.readiness = readiness;
        this.control = control;
        this.scheduler = scheduler;
        this.time = time;
    }

    /** Starts a server somewhere, or joins a start that goes on. */
    public CompletionStage<Control.Answer> start(Start request) {
        if (request.origin().chain().contains(request.key())) {
            return alone(request);
        }
        CompletableFuture<Control.Answer> mine = new CompletableFuture<>();
        CompletableFuture<Control.Answer> running = starts.putIfAbsent(request.key(), mine);
        if (running != null) {
            return running.thenCompose(answer -> joined(request, answer));
        }
        CompletableFuture<Control.Answer> found = new CompletableFuture<>();
        CompletionStage<Control.Answer> search = found;
        // Removed before the joined callers hear of it: they would join the ended start again, and again.
        search.whenComplete((answer, failure) -> {
            starts.remove(request.key(), mine);
            mine.complete(answer != null ? answer : new Control.Failed(WireError.of(failure)));
        });
        new Search(request, found).look();
        return mine;
    }

    /** Another start of the key ended: its success is ours as well, its failure only when we would fail alike. */
    private CompletionStage<Control.Answer> joined(Start request, Control.Answer answer) {
        if (answer instanceof Control.Started started) {
            return CompletableFuture.completedFuture(started.joined());
        }
        if (time.nanoTime() - request.origin().deadlineNanos() >= 0) {
            return CompletableFuture.completedFuture(answer);
        }
        return start(request);
    }

    /**
     * The server itself waits for this start. The start that goes on may be its own, and would wait for itself: the node
     * that has the server knows whether it runs.
     */
    private CompletionStage<Control.Answer> alone(Start request) {
        CompletableFuture<Control.Answer> found = new CompletableFuture<>();
        new Search(request, found).look();
        return found;
    }

    private final class Search {
        private final Start request;
        private final long deadline;
        private final CompletableFuture<Control.Answer> end;
        private final Map<Session, DurableServerException> refused = new LinkedHashMap<>();
        private final Map<String, String> refusals = new TreeMap<>();
        private int rounds;
        /** A refusal that says more than "no node": all nodes are too old for the record. */
        private @Nullable NotAppliedException telling;

        Search(Start request, CompletableFuture<Control.Answer> end) {
            this.request = request;
            this.deadline = request.origin().deadlineNanos();
            this.end = end;
        }

        void look() {
            // A hint: without it any node that may host the server finds out, by the record, which node has it.
            guarded(() -> directory
                    .get(request.key())
                    .whenComplete((entry, failure) -> guarded(() -> next(failure == null ? entry : Optional.empty()))));
        }

        /** Whatever a step throws ends the search: the joined callers wait for it, and those to come would. */
        private void guarded(Runnable step) {
            try {
                step.run();
            } catch (RuntimeException | Error thrown) {
                fail(Failures.typed(thrown));
            }
        }

        private void next(Optional<DirectoryEntry> entry) {
            if (time.nanoTime() - deadline >= 0) {
                fail(overdue());
                return;
            }
            ClusterView view = readiness.view();
            List<Session> candidates = new ArrayList<>();
            // Ready or not: it may have the server.
            entry.map(DirectoryEntry::session).filter(view.members()::contains).ifPresent(candidates::add);
            candidates.addAll(Placement.rank(view, request.type(), request.key(), membership.self()));
            candidates.removeAll(refused.keySet());
            if (candidates.isEmpty()) {
                nobody(view);
            } else {
                activate(candidates.get(0));
            }
        }

        /** No node takes the server now: waits for those that may become ready, and gives up where there are none. */
        private void nobody(ClusterView view) {
            boolean later = refused.values().removeIf(Failures::isNotReady);
            if (later || !Placement.awaited(view, request.type()).isEmpty()) {
                scheduler.schedule(Backoff.before(rounds++, deadline - time.nanoTime()), this::look);
            } else if (telling != null) {
                fail(telling);
            } else {
                fail(new NotAppliedException(Reason.NO_ELIGIBLE_NODE, "No node can host the server", withNodes(view)));
            }
        }

        private NotAppliedException overdue() {
            if (telling != null) {
                return telling;
            }
            return rounds == 0
                    ? new NotAppliedException(
                            Reason.DEADLINE_BEFORE_START, "The deadline passed before the start", context())
                    : new NotAppliedException(
                            Reason.NOT_READY,
                            "No node that can host the server was ready before the deadline",
                            withNodes(readiness.view()));
        }

        private Map<String, Object> withNodes(ClusterView view) {
            Map<String, String> nodes = new TreeMap<>(refusals);
            nodes.putAll(view.notReady());
            Map<String, Object> context = new LinkedHashMap<>(context());
            context.put("nodes", nodes);
            return context;
        }

        private void activate(Session target) {
            long now = time.nanoTime();
            control.ask(
                            target,
                            new Control.ActivateRequest(request.leaving(now)),
                            Duration.ofNanos(Math.max(deadline - now, 1)))
                    .whenComplete((answer, failure) -> guarded(() -> {
                        if (failure != null) {
                            retryWithout(target, Failures.typed(failure));
                        } else if (answer instanceof Control.Failed failed) {
                            DurableServerException error = failed.error().toException();
                            if (Failures.nextNodeMayHelp(error)) {
                                retryWithout(target, error);
                            } else {
                                end.complete(answer);
                            }
                        } else if (answer instanceof Control.Elsewhere owned) {
                            elsewhere(owned.session());
                        } else {
                            end.complete(answer);
                        }
                    }));
        }

        /** The target found that another session owns the key: that one is asked, unless it refused already. */
        private void elsewhere(Session owner) {
            if (refused.containsKey(owner) || !membership.view().contains(owner)) {
                scheduler.schedule(PAUSE, this::look);
            } else {
                activate(owner);
            }
        }

        private void retryWithout(Session target, DurableServerException why) {
            refused.put(target, why);
            refusals.put(target.node(), why.code());
            if (why instanceof NotAppliedException unreadable
                    && (unreadable.reason() == Reason.RECORD_NEWER || unreadable.reason() == Reason.STATE_MISMATCH)) {
                telling = unreadable;
            }
            scheduler.schedule(PAUSE, this::look);
        }

        private void fail(DurableServerException error) {
            end.complete(new Control.Failed(WireError.of(error)));
        }

        private Map<String, Object> context() {
            return Map.of("key", request.key(), "type", request.type());
        }
    }
}
