package io.durableserver.testkit.sim;

import io.durableserver.Call;
import io.durableserver.Cast;
import io.durableserver.DurableServer;
import io.durableserver.Handlers;
import io.durableserver.Init;
import io.durableserver.Next;
import io.durableserver.RejectedException;
import io.durableserver.ServerContext;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.StopReason;
import io.durableserver.SyncPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** The server of the simulations: remembers the id of every increment it applied, and tells a neighbour. */
final class LedgerServer extends DurableServer<LedgerServer.Ledger> {
    record Ledger(List<Long> ids) {
        static final Ledger EMPTY = new Ledger(List.of());

        Ledger with(long id) {
            List<Long> next = new ArrayList<>(ids);
            next.add(id);
            return new Ledger(next);
        }
    }

    /** What a client learns from a read. */
    record Answer(List<Long> ids) {}

    /** Strict; tells the neighbour with the same turn. */
    record Add(long id, String neighbour) implements Call<Long> {}

    /** Strict, answered through a deferred reply. */
    record AddDeferred(long id) implements Call<Long> {}

    /** Stored when the type's policy says so; tells the neighbour with the same turn. */
    record AddLazy(long id, String neighbour) implements Call<Long> {}

    record Get() implements Call<Answer> {}

    /** Strict; asks the neighbour out of the turn. */
    record AddAsking(long id, String neighbour) implements Call<Long> {}

    /** Another server has these. */
    record Told(String key, List<Long> ids) implements Call<Long> {}

    /** Stops the server; the next call revives it. Answered with what it had. */
    record Leave() implements Call<Answer> {}

    /** Adds and tells, and refuses in the end: nothing of it may be seen by anyone. */
    record AddRefused(long id, String neighbour) implements Call<Long> {}

    /** Crashes the server. */
    record Boom() implements Call<Long> {}

    /** Another server applied an increment. */
    record Seen(String key, long id) implements Cast {}

    static ServerType<Ledger> type(SyncPolicy policy, boolean mutable) {
        return type(policy, mutable, Duration.ofSeconds(60));
    }

    static ServerType<Ledger> type(SyncPolicy policy, boolean mutable, Duration turnDeadline) {
        ServerType<Ledger> type = ServerType.of("ledger", Ledger.class, LedgerServer::new)
                .syncPolicy(policy)
                .turnDeadline(turnDeadline);
        return mutable ? type.mutableState() : type;
    }

    static ServerRef neighbour(ServerContext context, String key) {
        return context.servers().ref(type(SyncPolicy.manual(), false), key);
    }

    private ServerRef neighbour(String key) {
        return neighbour(context(), key);
    }

    @Override
    protected void handlers(Handlers<Ledger> on) {
        OpenLedger.handlers(on);
        on.call(
                Add.class,
                (state, add) -> turn(() -> {
                    tell(add.neighbour(), add.id());
                    return Next.reply(add.id(), state.with(add.id())).sync();
                }));
        on.<Long, AddDeferred>callDeferred(
                AddDeferred.class,
                (state, add, replyTo) -> turn(() -> {
                    replyTo.reply(add.id());
                    return Next.state(state.with(add.id())).sync();
                }));
        on.call(
                AddLazy.class,
                (state, add) -> turn(() -> {
                    tell(add.neighbour(), add.id());
                    return Next.reply(add.id(), state.with(add.id()));
                }));
        on.call(Get.class, (state, get) -> turn(() -> Next.reply(new Answer(state.ids()), state)));
        on.call(
                AddAsking.class,
                (state, add) -> turn(() -> {
                    if (!add.neighbour().equals(context().key())) {
                        CompletionStage<Long> answer = neighbour(add.neighbour())
                                .callAsync(new Told(context().key(), state.ids()));
                        context().service(Probe.class).await(answer);
                    }
                    return Next.reply(add.id(), state.with(add.id())).sync();
                }));
        on.call(
                Told.class,
                (state, told) -> turn(() -> {
                    told.ids().forEach(id -> context().service(Probe.class).seen(told.key(), id));
                    return Next.reply(0L, state);
                }));
        on.call(
                Leave.class,
                (state, leave) ->
                        turn(() -> Next.reply(new Answer(state.ids()), state).thenStop(StopReason.normal())));
        on.call(
                AddRefused.class,
                (state, add) -> turn(() -> {
                    tell(add.neighbour(), add.id());
                    state.with(add.id());
                    throw new RejectedException("REFUSED", "Not today", Map.of("id", add.id()));
                }));
        on.call(
                Boom.class,
                (state, boom) -> turn(() -> {
                    throw new IllegalStateException("boom");
                }));
        on.cast(
                Seen.class,
                (state, seen) -> turn(() -> {
                    context().service(Probe.class).seen(seen.key(), seen.id());
                    return Next.state(state);
                }));
    }

    @Override
    protected Init<Ledger> init(Ledger state, ServerContext context) {
        Probe probe = context.service(Probe.class);
        probe.started(context.key(), context.epoch());
        probe.ended(context.key());
        if (probe.initFails()) {
            throw new IllegalStateException("boom");
        }
        return Init.ok(state);
    }

    private void tell(String key, long id) {
        if (!key.equals(context().key())) {
            neighbour(key).cast(new Seen(context().key(), id));
        }
    }

    private <T> T turn(Supplier<T> body) {
        Probe probe = context().service(Probe.class);
        probe.started(context().key(), context().epoch());
        try {
            return body.get();
        } finally {
            probe.ended(context().key());
        }
    }

    /** Where the servers of one node report to the invariants. */
    interface Probe {
        void started(String key, long epoch);

        void ended(String key);

        void seen(String key, long id);

        /** A turn waits for something, for a while. */
        void await(CompletionStage<?> something);

        boolean initFails();

        /** The turn that has begun stays open. */
        OpenTurnInvariants.Open opened(String key, long epoch);

        void partStarted(OpenTurnInvariants.Open turn);

        /** The stage of the turn is about to end with an increment, or with something else when that is 0. */
        void stageEnds(OpenTurnInvariants.Open turn, long id);

        /** The turn of an increment was given up. */
        void voided(long id);

        /** Ends a while later, on a thread of nobody. */
        CompletableFuture<Void> later(int millis);

        /** Something that must not be. */
        void broken(String promise, String what);
    }
}
