package io.durableserver.testkit.sim;

import io.durableserver.Call;
import io.durableserver.Cast;
import io.durableserver.DurableServer;
import io.durableserver.Handlers;
import io.durableserver.Init;
import io.durableserver.Next;
import io.durableserver.ServerContext;
import io.durableserver.ServerType;
import io.durableserver.StopReason;
import io.durableserver.SyncPolicy;
import java.util.ArrayList;
import java.util.List;
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

    /** Stored when the type's policy says so. */
    record AddLazy(long id) implements Call<Long> {}

    record Get() implements Call<Answer> {}

    /** Stops the server; the next call revives it. */
    record Leave() implements Call<Long> {}

    /** Crashes the server. */
    record Boom() implements Call<Long> {}

    /** Another server applied an increment. */
    record Seen(String key, long id) implements Cast {}

    static ServerType<Ledger> type(SyncPolicy policy) {
        return ServerType.of("ledger", Ledger.class, LedgerServer::new).syncPolicy(policy);
    }

    @Override
    protected void handlers(Handlers<Ledger> on) {
        on.call(
                Add.class,
                (state, add) -> turn(() -> {
                    if (!add.neighbour().equals(context().key())) {
                        context()
                                .servers()
                                .ref(LedgerServer.type(SyncPolicy.manual()), add.neighbour())
                                .cast(new Seen(context().key(), add.id()));
                    }
                    return Next.reply(add.id(), state.with(add.id())).sync();
                }));
        on.<Long, AddDeferred>callDeferred(
                AddDeferred.class,
                (state, add, replyTo) -> turn(() -> {
                    replyTo.reply(add.id());
                    return Next.state(state.with(add.id())).sync();
                }));
        on.call(AddLazy.class, (state, add) -> turn(() -> Next.reply(add.id(), state.with(add.id()))));
        on.call(Get.class, (state, get) -> turn(() -> Next.reply(new Answer(state.ids()), state)));
        on.call(Leave.class, (state, leave) -> turn(() -> Next.reply(0L, state).thenStop(StopReason.normal())));
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
        return Init.ok(state);
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
    }
}
