package io.durableserver.backend.s3;

import io.durableserver.Call;
import io.durableserver.DurableServer;
import io.durableserver.Handlers;
import io.durableserver.Next;
import io.durableserver.ServerType;

/** A counter whose replies wait for the store. */
final class Ticker extends DurableServer<Ticker.State> {
    record State(long count) {}

    record Add(long by) implements Call<Long> {}

    record Get() implements Call<Long> {}

    static final ServerType<State> TYPE = ServerType.of("ticker", State.class, Ticker::new);

    @Override
    protected void handlers(Handlers<State> on) {
        on.call(Add.class, (state, add) -> {
            State next = add.by() == 0 ? state : new State(state.count() + add.by());
            return Next.reply(next.count(), next).sync();
        });
        on.call(Get.class, (state, get) -> Next.reply(state.count(), state));
    }
}
