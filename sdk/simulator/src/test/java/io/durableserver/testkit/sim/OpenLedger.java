package io.durableserver.testkit.sim;

import io.durableserver.Call;
import io.durableserver.Cast;
import io.durableserver.ConfigurationException;
import io.durableserver.Handlers;
import io.durableserver.Next;
import io.durableserver.NotAppliedException;
import io.durableserver.RejectedException;
import io.durableserver.Reply;
import io.durableserver.ServerContext;
import io.durableserver.runtime.wire.Causes;
import io.durableserver.testkit.sim.LedgerServer.Ledger;
import io.durableserver.testkit.sim.LedgerServer.Probe;
import io.durableserver.testkit.sim.LedgerServer.Seen;
import io.durableserver.testkit.sim.LedgerServer.Told;
import io.durableserver.testkit.sim.OpenTurnInvariants.Open;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a {@link LedgerServer} does in turns that stay open. */
final class OpenLedger {
    /** How an open turn goes on. */
    enum Course {
        /** Its stage ends later; a continuation and an idle timeout follow, which stay open too. */
        LATER,
        /** Asks the neighbour at once, and again in a part of the turn. */
        ASKS,
        /** Tells the neighbour and itself at once and in a part. */
        TELLS,
        /** Asks the neighbour, who asks back. */
        RING,
        /** Its stage ends when the turn was given up, most times. */
        LATE,
        /** Tells, and its stage never ends. */
        NEVER,
        /** Tells, and its stage fails. */
        FAILS,
        /** Tells, and its stage refuses. */
        REJECTS;

        /** Whether its increment may ever be applied. */
        boolean counts() {
            return compareTo(NEVER) < 0;
        }
    }

    /**
     * Strict.
     *
     * @param millis how long something in it takes
     * @param inPart whether the result comes in a part of the turn, or on a thread of nobody
     */
    record AddOpen(long id, String neighbour, Course course, int millis, boolean inPart) implements Call<Long> {}

    /** Tries to ask the server that waits for this. */
    record AskBack(String key, int millis) implements Call<Long> {}

    /** As {@link Seen}, told with a turn that stays open. */
    record SeenLater(String key, long id, int millis) implements Cast {}

    /** To itself: this increment was applied. */
    record Applied(long id, int millis) {}

    /** The next turn of its own. */
    record GoOn(int millis) {}

    private final ServerContext context;
    private final Probe probe;
    private final Executor parts;
    private final Open turn;
    /** Its increment; 0 when it has none. */
    private final long id;

    private boolean inPart;

    private OpenLedger(ServerContext context, long id) {
        this.context = context;
        this.probe = context.service(Probe.class);
        this.parts = context.executor();
        this.id = id;
        probe.started(context.key(), context.epoch());
        this.turn = probe.opened(context.key(), context.epoch());
    }

    static void handlers(Handlers<Ledger> on) {
        on.callAsync(AddOpen.class, (state, add, context) -> begin(context, add.id(), self -> self.add(state, add)));
        on.callAsync(AskBack.class, (state, ask, context) -> begin(context, 0, self -> self.askBack(state, ask)));
        on.castAsync(
                SeenLater.class,
                (state, seen, context) -> begin(
                        context,
                        0,
                        self -> self.probe
                                .later(seen.millis())
                                .thenApplyAsync(
                                        done -> self.ending(() -> {
                                            self.probe.seen(seen.key(), seen.id());
                                            return Next.state(state);
                                        }),
                                        self.parts)));
        on.infoAsync(
                Applied.class,
                (state, applied, context) -> begin(context, 0, self -> {
                    if (!state.ids().contains(applied.id())) {
                        self.probe.broken(
                                "P2",
                                "key " + context.key() + ": the message of the turn of increment " + applied.id()
                                        + " came, and the turn does not count");
                    }
                    return self.after(applied.millis(), true, () -> Next.state(state));
                }));
        on.continuationAsync(
                GoOn.class,
                (state, go, context) ->
                        begin(context, 0, self -> self.after(go.millis(), false, () -> Next.state(state))));
        on.timeoutAsync((state, context) -> begin(context, 0, self -> self.after(5, true, () -> Next.state(state))));
    }

    private interface Body<N> {
        CompletionStage<N> begin(OpenLedger self);
    }

    private static <N> CompletionStage<N> begin(ServerContext context, long id, Body<N> body) {
        OpenLedger self = new OpenLedger(context, id);
        self.inPart = true;
        try {
            return body.begin(self);
        } finally {
            self.inPart = false;
            self.probe.ended(context.key());
        }
    }

    private CompletionStage<Reply<Ledger, Long>> add(Ledger state, AddOpen add) {
        Supplier<Reply<Ledger, Long>> applied =
                () -> Next.reply(add.id(), state.with(add.id())).sync();
        return switch (add.course()) {
            case LATER ->
                after(
                        add.millis(),
                        add.inPart(),
                        () -> applied.get()
                                .thenContinue(new GoOn(add.millis() / 4))
                                .idleTimeout(Duration.ofMillis(20 + add.millis())));
            case ASKS ->
                ask(state, add.neighbour())
                        .thenCompose(any -> probe.later(add.millis()))
                        .thenComposeAsync(done -> part(() -> ask(state, add.neighbour())), parts)
                        .thenApply(any -> ending(applied));
            case TELLS -> {
                tell(add);
                yield probe.later(add.millis())
                        .thenApplyAsync(
                                done -> ending(() -> {
                                    tell(add);
                                    return applied.get();
                                }),
                                parts);
            }
            case RING ->
                asked(add.neighbour(), new AskBack(context.key(), add.millis() / 4))
                        .thenApply(any -> ending(applied));
            case LATE -> {
                tell(add);
                yield after(add.millis(), add.inPart(), applied);
            }
            case NEVER -> {
                tell(add);
                yield new CompletableFuture<>();
            }
            case FAILS -> {
                tell(add);
                yield after(add.millis(), add.inPart(), () -> {
                    throw new IllegalStateException("boom");
                });
            }
            case REJECTS -> {
                tell(add);
                yield after(add.millis(), add.inPart(), () -> {
                    throw new RejectedException("REFUSED", "Not today", Map.of("id", add.id()));
                });
            }
        };
    }

    private CompletionStage<Reply<Ledger, Long>> askBack(Ledger state, AskBack ask) {
        return probe.later(ask.millis())
                .thenComposeAsync(
                        done -> part(() -> LedgerServer.neighbour(context, ask.key())
                                .callAsync(new Told(context.key(), state.ids()))
                                .handle((answer, failure) -> {
                                    mustBeRing(failure);
                                    return answer;
                                })),
                        parts)
                .thenApply(any -> ending(() -> Next.reply(0L, state)));
    }

    private void mustBeRing(@Nullable Throwable failure) {
        Throwable cause = failure == null ? null : Causes.of(failure);
        if (!(cause instanceof NotAppliedException refused)
                || refused.reason() != NotAppliedException.Reason.CALL_RING) {
            probe.broken("ring", context.key() + " asked who waits for it, and got " + cause);
        }
    }

    /** Something that comes later ends the turn. */
    private <N> CompletionStage<N> after(int millis, boolean inPart, Supplier<N> result) {
        CompletableFuture<Void> later = probe.later(millis);
        return inPart
                ? later.thenApplyAsync(done -> ending(result), parts)
                : later.thenApply(done -> {
                    probe.stageEnds(turn, id);
                    return result.get();
                });
    }

    /** The last part of the turn. */
    private <N> N ending(Supplier<N> result) {
        return part(() -> {
            try {
                return result.get();
            } finally {
                probe.stageEnds(turn, id);
            }
        });
    }

    /** A step of the turn that must run as a part of it: of its own, or of one that goes on. */
    private <T> T part(Supplier<T> body) {
        if (inPart) {
            return body.get();
        }
        if (isOver()) {
            if (id != 0) {
                probe.voided(id);
            }
            mayAskNobody();
            throw new CancellationException("The turn is over");
        }
        probe.partStarted(turn);
        inPart = true;
        try {
            return body.get();
        } finally {
            inPart = false;
            probe.ended(context.key());
        }
    }

    private boolean isOver() {
        try {
            context.executor();
            return false;
        } catch (ConfigurationException over) {
            return true;
        }
    }

    private void mayAskNobody() {
        try {
            LedgerServer.neighbour(context, context.key()).cast(new Seen(context.key(), 0));
            probe.broken("P3", "key " + context.key() + ": a turn that was over told somebody something");
        } catch (ConfigurationException refused) {
            // as it must be
        }
    }

    private CompletionStage<?> ask(Ledger state, String neighbour) {
        return asked(neighbour, new Told(context.key(), state.ids()));
    }

    private CompletionStage<?> asked(String neighbour, Call<Long> question) {
        return neighbour.equals(context.key())
                ? CompletableFuture.completedFuture(0L)
                : LedgerServer.neighbour(context, neighbour).callAsync(question).handle((answer, failure) -> 0L);
    }

    private void tell(AddOpen add) {
        context.send(new Applied(add.id(), 2));
        context.sendAfter(Duration.ofMillis(add.millis() / 2), new Applied(add.id(), 1));
        if (!add.neighbour().equals(context.key())) {
            LedgerServer.neighbour(context, add.neighbour()).cast(new Seen(context.key(), add.id()));
            LedgerServer.neighbour(context, add.neighbour())
                    .cast(new SeenLater(context.key(), add.id(), add.millis() / 8));
        }
    }
}
