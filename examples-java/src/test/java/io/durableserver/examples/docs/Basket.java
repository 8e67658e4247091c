package io.durableserver.examples.docs;

import io.durableserver.Call;
import io.durableserver.Cast;
import io.durableserver.DurableServer;
import io.durableserver.Handlers;
import io.durableserver.Next;
import io.durableserver.ServerType;
import io.durableserver.StopReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The server that the page about tests tests. */
final class Basket extends DurableServer<Basket.State> {
    record State(List<String> items) {}

    record Add(String item) implements Call<Integer> {}

    record Total() implements Call<Long> {}

    record CheckOut() implements Call<String> {}

    record Placed(String basket, List<String> items) implements Cast {}

    interface Prices {
        long of(String item);
    }

    static final ServerType<State> TYPE = ServerType.of("basket", State.class, Basket::new);
    static final ServerType<State> ORDERS = ServerType.of("orders", State.class, Basket::new);

    @Override
    protected void handlers(Handlers<State> on) {
        on.call(Add.class, (state, add) -> {
            List<String> items = new ArrayList<>(state.items());
            items.add(add.item());
            return Next.reply(items.size(), new State(items)).sync().idleTimeout(Duration.ofMinutes(30));
        });
        on.call(Total.class, (state, total) -> Next.reply(total(state), state));
        on.call(CheckOut.class, (state, checkOut) -> {
            context().servers().ref(ORDERS, "all").cast(new Placed(context().key(), state.items()));
            return Next.reply("thanks", new State(List.of())).sync();
        });
        on.cast(Placed.class, (state, placed) -> Next.state(new State(placed.items())));
        on.timeout(state -> Next.stop(StopReason.delete(), state));
    }

    private long total(State state) {
        Prices prices = context().service(Prices.class);
        return state.items().stream().mapToLong(prices::of).sum();
    }
}
