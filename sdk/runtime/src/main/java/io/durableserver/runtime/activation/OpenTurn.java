package io.durableserver.runtime.activation;

import io.durableserver.DurableServerException;
import io.durableserver.Next;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.OutcomeUnknownException.Reason;
import io.durableserver.Registration;
import io.durableserver.RejectedException;
import io.durableserver.runtime.mailbox.Envelope;
import io.durableserver.runtime.server.ServerState;
import io.durableserver.runtime.turn.Turn;
import io.durableserver.runtime.turn.UserCode;
import io.durableserver.runtime.turn.UserFailure;
import io.durableserver.runtime.type.Slot;
import io.durableserver.spi.ErrorCode;
import io.durableserver.spi.ServerEvent;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A turn whose result comes later: its handler has returned a stage, and until that ends no other turn of the server runs.
 * It holds no thread. What user code chains on its stages comes back as parts of the turn, see {@link TurnParts}.
 *
 * <p>The end of the stage comes from any thread; everything else is on the server's own.
 */
final class OpenTurn<S> implements UnfinishedTurn {
    /** How the stage ended. */
    private record Result(@Nullable Object value, @Nullable Throwable failure) {}

    private final ServerState<S> server;
    private final ServerThread thread;
    private final Ends ends;
    private final TurnResults<S> results;
    private final Envelope envelope;
    private final Turn turn;
    private final Slot slot;
    private final UserCode<S> code;
    private final long sinceNanos;
    private final TurnParts<S> parts;
    private final AtomicReference<@Nullable Result> result = new AtomicReference<>();
    private @Nullable CompletionStage<?> stage;
    private @Nullable Registration limit;
    /** Set once the thread that began the turn has left it: from then on the end of the stage must call the server. */
    private volatile boolean isLeft;

    private int told;

    OpenTurn(
            ServerState<S> server,
            ServerThread thread,
            Ends ends,
            TurnResults<S> results,
            UserCode<S> code,
            Envelope envelope,
            Turn turn,
            Slot slot) {
        this.server = server;
        this.thread = thread;
        this.ends = ends;
        this.results = results;
        this.envelope = envelope;
        this.turn = turn;
        this.slot = slot;
        this.code = code;
        this.sinceNanos = server.node.time().nanoTime();
        this.parts = new TurnParts<>(server, thread, ends, turn, slot, code);
        turn.opens(parts);
    }

    @Override
    public Slot slot() {
        return slot;
    }

    @Override
    public long sinceNanos() {
        return sinceNanos;
    }

    @Override
    public int told() {
        return told;
    }

    @Override
    public void toldAgain() {
        told++;
    }

    /** Runs the handler. Inside the turn. */
    void begin(Object message) {
        try {
            CompletionStage<? extends Next<S>> returned = code.open(slot, server.state(), message);
            stage = returned;
            code.follow(slot, returned, this::ended);
        } catch (RejectedException | UserFailure failure) {
            ended(null, failure);
        }
    }

    private void ended(@Nullable Object value, @Nullable Throwable failure) {
        if (result.compareAndSet(null, new Result(value, failure)) && isLeft) {
            thread.signalBetweenParts(this::conclude);
        }
    }

    /** The handler has returned: goes on at once when the result is there, else the turn stays open. */
    void leave() {
        if (result.get() != null) {
            conclude();
            return;
        }
        if (!server.isRunning()) {
            cancel(ends.over()); // it ended while the handler waited for its store
            ends.tellOfLoss();
            return;
        }
        long deadline = deadline().toNanos();
        long left = deadline - (server.node.time().nanoTime() - sinceNanos);
        thread.opened(this);
        limit = server.node
                .scheduler()
                .schedule(
                        Duration.ofNanos(Math.max(0, left)),
                        () -> thread.signalBetweenParts(() -> abandon(
                                "The turn was open for longer than its deadline and was abandoned",
                                Map.of("option", "type.turnDeadline", "value", deadline()))));
        isLeft = true;
        if (result.get() != null) {
            conclude(); // it came just before
        }
    }

    /** The stage has ended: its result is that of the turn. */
    private void conclude() {
        Result end = result.get();
        if (end == null || parts.isClosed()) {
            return;
        }
        if (isLeft && !server.node.mayServe()) {
            ends.fence(); // which cancels this
            return;
        }
        close();
        try {
            conclude(end);
        } catch (RuntimeException | Error defect) {
            results.tellOfDefect(envelope, turn, defect);
            throw defect;
        } finally {
            results.measured.ended(slot);
        }
    }

    private void conclude(Result end) {
        Next<S> next;
        try {
            next = code.result(slot, end.value(), end.failure());
            results.check(next);
        } catch (RejectedException refused) {
            results.rejected(envelope, turn, null, refused);
            return;
        } catch (UserFailure failure) {
            results.failed(envelope, turn, null, failure);
            return;
        }
        results.succeeded(envelope, turn, slot, null, next);
    }

    @Override
    public void abandon(String why) {
        abandon(why, Map.of());
    }

    private void abandon(String why, Map<String, ?> more) {
        if (parts.isClosed()) {
            return;
        }
        giveUp();
        Duration open = Duration.ofNanos(server.node.time().nanoTime() - sinceNanos);
        Map<String, Object> context = new LinkedHashMap<>();
        context.put("key", server.key);
        context.put("message", slot.wireName());
        context.put("openMillis", open.toMillis());
        context.putAll(more);
        OutcomeUnknownException unknown = new OutcomeUnknownException(Reason.DEADLINE, why, context);
        server.facts()
                .tell(new ServerEvent.OpenTurnAbandoned(
                        server.key, server.type.name(), slot.wireName(), open, ErrorCode.of(unknown), why));
        results.abandoned(envelope, turn, unknown);
        results.measured.ended(slot);
    }

    private Duration deadline() {
        return server.type.type().turnDeadline();
    }

    @Override
    public void cancel(DurableServerException error) {
        if (parts.isClosed()) {
            return;
        }
        giveUp();
        DurableServerException unknown = error instanceof OutcomeUnknownException
                ? error
                : new OutcomeUnknownException(
                        Reason.OWNER_LOST,
                        "The server stopped in the middle of the turn",
                        Map.of("key", server.key, "message", slot.wireName()),
                        error);
        results.tellUnknown(envelope, turn, unknown);
        results.measured.ended(slot);
    }

    private void close() {
        over();
        parts.close();
    }

    /** As {@link #close}, and its stage is cancelled, before any part that is left runs: what it was for is over. */
    private void giveUp() {
        over();
        CompletionStage<?> left = stage;
        if (left == null) {
            parts.close();
        } else {
            parts.close(() -> cancel(left)); // apart: what the application chained on its stage is its own code
        }
    }

    private void over() {
        if (limit != null) {
            limit.close();
        }
        thread.closed();
    }

    private static void cancel(CompletionStage<?> left) {
        try {
            left.toCompletableFuture().cancel(true);
        } catch (UnsupportedOperationException cannot) {
            return; // it ends by itself, and its result is not used
        }
    }

    @Override
    public boolean hasParts() {
        return !parts.isEmpty();
    }

    @Override
    public boolean runPart() {
        return parts.runNext();
    }
}
