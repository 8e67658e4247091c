package io.durableserver.ignite;

import io.durableserver.Call;
import io.durableserver.DurableServer;
import io.durableserver.Handlers;
import io.durableserver.Init;
import io.durableserver.Next;
import io.durableserver.ServerContext;
import io.durableserver.ServerType;
import io.durableserver.SyncPolicy;
import java.time.Duration;

/** A number that is stored when the caller asks for it, and never by itself. */
final class Tally extends DurableServer<Tally.State> {
    static final ServerType<State> TYPE =
            ServerType.of("tally", State.class, Tally::new).syncPolicy(SyncPolicy.manual(Duration.ZERO));

    record State(long count) {}

    record Add(long by, boolean durably) implements Call<Long> {}

    /** Told of each start, before it is one; may block. */
    @FunctionalInterface
    interface Gate {
        void starting(String key) throws Exception;
    }

    @Override
    protected Init<State> init(State state, ServerContext context) throws Exception {
        context.service(Gate.class).starting(context.key());
        return Init.ok(state);
    }

    @Override
    protected void handlers(Handlers<State> on) {
        on.call(Add.class, (state, add) -> {
            State next = new State(state.count() + add.by());
            return add.durably() ? Next.reply(next.count(), next).sync() : Next.reply(next.count(), next);
        });
    }
}
