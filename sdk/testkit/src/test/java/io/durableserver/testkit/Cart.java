package io.durableserver.testkit;

import io.durableserver.Call;
import io.durableserver.Cast;
import io.durableserver.DurableServer;
import io.durableserver.Handlers;
import io.durableserver.Init;
import io.durableserver.Next;
import io.durableserver.Registration;
import io.durableserver.ReplyTo;
import io.durableserver.ServerContext;
import io.durableserver.ServerType;
import io.durableserver.StopReason;
import io.durableserver.StoredState;
import io.durableserver.SyncPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A server of the testkit's own tests, with something of everything. */
final class Cart extends DurableServer<Cart.State> {
    static final Duration EXPIRY = Duration.ofMinutes(30);

    /** A cart of version 1 had no owner. */
    record State(String owner, List<String> items) {}

    record Version1(List<String> items) {}

    /** Prices, which a test replaces. */
    interface Prices {
        long of(String item);
    }

    record Add(List<String> items) implements Call<Integer> {}

    record Items() implements Call<List<String>> {}

    record Total() implements Call<Long> {}

    record AwaitOrder() implements Call<String> {}

    record Ask(String other) implements Call<Integer> {}

    record Fail(String why) implements Call<Integer> {}

    record CheckOut() implements Call<String> {}

    record Order(String of) implements Cast {}

    record Remind(String what) {}

    record Counted(int items) {}

    static final ServerType<State> TYPE = ServerType.of("cart", State.class, Cart::new)
            .version(2)
            .syncPolicy(SyncPolicy.manual(Duration.ofSeconds(30)));

    private @Nullable ReplyTo<String> waiting;
    private @Nullable Registration reminder;
    /** What a careless server keeps beside its state. */
    private List<String> kept = List.of();

    @Override
    protected State load(ServerType<State> type, StoredState stored) {
        return stored.version() == 1
                ? new State("nobody", stored.as(Version1.class).items())
                : stored.as(State.class);
    }

    @Override
    protected Init<State> init(State state, ServerContext context) {
        return Init.ok(state).metadata(Map.of("owner", state.owner()));
    }

    @Override
    protected void handlers(Handlers<State> on) {
        on.call(Add.class, (state, add) -> {
            // By reference on purpose: what is in the message becomes part of the state.
            List<String> items = state.items().isEmpty() ? add.items() : together(state.items(), add.items());
            kept = items;
            return Next.reply(items.size(), new State(state.owner(), items)).idleTimeout(EXPIRY);
        });
        on.call(Items.class, (state, items) -> Next.reply(state.items(), state));
        on.call(
                Total.class,
                (state, total) -> Next.reply(
                        state.items().stream()
                                .mapToLong(context().service(Prices.class)::of)
                                .sum(),
                        state));
        on.callDeferred(AwaitOrder.class, (State state, AwaitOrder await, ReplyTo<String> replyTo) -> {
            waiting = replyTo;
            return Next.state(state);
        });
        on.call(
                Ask.class,
                (state, ask) -> Next.reply(
                        context()
                                .servers()
                                .ref(TYPE, ask.other())
                                .call(new Items())
                                .size(),
                        state));
        on.call(Fail.class, (state, fail) -> {
            context().servers().ref(TYPE, "other").cast(new Order("nothing"));
            throw new IllegalStateException(fail.why());
        });
        on.call(CheckOut.class, (state, checkOut) -> {
            context().servers().ref(TYPE, "orders").cast(new Order(context().key()));
            context().send(new Remind("now"));
            reminder = context().sendAfter(Duration.ofHours(1), new Remind("later"));
            return Next.reply("ordered", new State(state.owner(), List.of()))
                    .sync()
                    .metadata(Map.of("ordered", "yes"))
                    .thenContinue(new Counted(state.items().size()));
        });
        on.cast(Order.class, (state, order) -> {
            if (waiting != null) {
                waiting.reply(order.of());
                waiting = null;
            }
            return Next.state(new State(state.owner(), together(state.items(), List.of(order.of()))));
        });
        on.info(Remind.class, (state, remind) -> {
            if (reminder != null && remind.what().equals("never mind")) {
                reminder.close();
            }
            return Next.state(new State(state.owner(), together(state.items(), List.of(remind.what()))));
        });
        on.continuation(Counted.class, (state, counted) -> {
            // A careless turn: the state object is not told, but a list it shares is.
            if (kept instanceof ArrayList<String>) {
                kept.add("ghost");
            }
            return Next.state(state);
        });
        on.timeout(state -> Next.stop(StopReason.normal(), new State(state.owner(), List.of("expired"))));
    }

    private static List<String> together(List<String> one, List<String> other) {
        List<String> both = new ArrayList<>(one);
        both.addAll(other);
        return both;
    }
}
