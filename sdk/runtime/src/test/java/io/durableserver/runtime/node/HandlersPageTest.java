package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.Call;
import io.durableserver.Cast;
import io.durableserver.DurableServer;
import io.durableserver.DurableServers;
import io.durableserver.Handlers;
import io.durableserver.Next;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.Protocol;
import io.durableserver.RejectedException;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.StopReason;
import io.durableserver.Termination;
import io.durableserver.TypedRef;
import io.durableserver.TypedServerType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The samples of {@code sdk/docs/handlers.md} are the code below, and run. */
@Timeout(60)
@SuppressWarnings("SameNameButDifferent") // each server has a state of its own, as in an application
final class HandlersPageTest {
    record CheckOut(String orderId, String card) implements Call<String> {}

    record Quote(String item) implements Call<Integer> {}

    static final class Order extends DurableServer<Order.State> {
        record State(List<String> items) {}

        record Pay(String card) implements Call<String> {}

        static final ServerType<State> TYPE = ServerType.of("order", State.class, Order::new);

        @Override
        protected void handlers(Handlers<State> on) {
            on.call(Pay.class, (state, pay) -> Next.reply(pay.card() + " paid " + state.items(), state));
        }
    }

    static final class Ledger extends DurableServer<Ledger.State> {
        record State(int sum) {}

        record Book(int amount) implements Call<Integer> {}

        static final ServerType<State> TYPE = ServerType.of("ledger", State.class, Ledger::new);

        @Override
        protected void handlers(Handlers<State> on) {
            on.call(
                    Book.class,
                    (state, book) -> Next.reply(state.sum() + book.amount(), new State(state.sum() + book.amount())));
        }
    }

    static final class Visits extends DurableServer<Visits.State> {
        record State(int count) {}

        record Visit() implements Call<Integer> {}

        static final ServerType<State> TYPE =
                ServerType.of("visits", State.class, Visits::new).initial(key -> new State(0));

        @Override
        protected void handlers(Handlers<State> on) {
            on.call(Visit.class, (state, visit) -> Next.reply(state.count() + 1, new State(state.count() + 1)));
        }
    }

    static final class Cart extends DurableServer<Cart.State> {
        record State(List<String> items, boolean done) {
            State checkedOut() {
                return new State(items, true);
            }
        }

        static final ServerType<State> TYPE = ServerType.of("cart", State.class, Cart::new);

        @Override
        protected void handlers(Handlers<State> on) {
            // A cart checks out: starts an order, waits for its answer, stops itself. No state machine is needed.
            on.call(CheckOut.class, (cart, out) -> {
                DurableServers servers = context().servers();
                ServerRef order = servers.ensureStarted(Order.TYPE, out.orderId(), new Order.State(cart.items()));
                String receipt = order.call(new Order.Pay(out.card()));
                return Next.reply(receipt, cart.checkedOut()).thenStop(StopReason.normal());
            });
        }
    }

    static final class Quoter extends DurableServer<Quoter.State> {
        record State(int n) {}

        static final ServerType<State> TYPE = ServerType.of("quoter", State.class, Quoter::new);
        private static final ExecutorService pool = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task);
            thread.setDaemon(true);
            return thread;
        });

        private static int expensive(String item) {
            return item.length();
        }

        @Override
        protected void handlers(Handlers<State> on) {
            on.call(Quote.class, (state, quote) -> {
                // The pool computes; the call is made here, in the turn.
                int price = CompletableFuture.supplyAsync(() -> expensive(quote.item()), pool)
                        .join();
                return Next.reply(context().servers().ref(Ledger.TYPE, "ledger").call(new Ledger.Book(price)), state);
            });
        }
    }

    record Take(int count) implements Call<Integer> {}

    record Left() implements Call<Integer> {}

    record Stock(int left) {}

    static final class Shelf extends DurableServer<Stock> {
        static final ServerType<Stock> TYPE = ServerType.of("shelf", Stock.class, Shelf::new);

        @Override
        protected void handlers(Handlers<Stock> on) {
            on.call(Take.class, (stock, take) -> {
                if (take.count() > stock.left()) {
                    return Next.reject("OUT_OF_STOCK", "Only " + stock.left() + " left", Map.of("left", stock.left()));
                }
                int left = stock.left() - take.count();
                return Next.reply(left, new Stock(left)).sync();
            });
            on.query(Left.class, (stock, left) -> stock.left());
        }
    }

    static final class Counter extends DurableServer<Counter.State> {
        record State(int count) {}

        sealed interface Message extends Protocol<Message> {}

        record Add(int by) implements Message, Call<Integer> {}

        record Note(String text) implements Message, Cast {}

        static final TypedServerType<State, Message> TYPE =
                ServerType.of("counter", State.class, Counter::new).messages(Message.class);

        @Override
        protected void handlers(Handlers<State> on) {
            on.any(Message.class, (state, message) -> {
                State next = new State(message instanceof Add add ? state.count() + add.by() : state.count());
                return message instanceof Add ? Next.reply(next.count(), next) : Next.state(next);
            });
        }
    }

    private static int count(DurableServers servers) {
        TypedRef<Counter.Message> ref = servers.ensureStarted(Counter.TYPE, "a", new Counter.State(0));
        int count = ref.call(new Counter.Add(2));
        ref.cast(new Counter.Note("counted"));
        return count;
    }

    record Convert(String to) implements Call<Integer> {}

    static final class Account extends DurableServer<Account.State> {
        record State(int euros) {}

        static final ServerType<State> TYPE =
                ServerType.of("account", State.class, Account::new).turnDeadline(Duration.ofSeconds(5));

        private static CompletableFuture<Integer> rateOf(String currency) {
            return CompletableFuture.supplyAsync(currency::length, Quoter.pool);
        }

        @Override
        protected void handlers(Handlers<State> on) {
            on.callAsync(
                    Convert.class,
                    (account, convert, context) -> rateOf(convert.to()) // a slow service, on its own threads
                            .thenComposeAsync( // back in the turn: what is called from here waits at the gate
                                    rate -> context.servers()
                                            .ref(Ledger.TYPE, "ledger")
                                            .callAsync(new Ledger.Book(account.euros() * rate)),
                                    context.executor())
                            .thenApply(
                                    booked -> Next.reply(booked, new State(0)).sync()));
        }
    }

    private final List<String> logged = new ArrayList<>();

    private void log(@Nullable String text) {
        logged.add(String.valueOf(text));
    }

    private void end(DurableServers servers) {
        try {
            servers.admin().terminate("cart-7", Termination.GRACEFUL);
        } catch (OutcomeUnknownException held) {
            log(held.getMessage()); // [DEADLINE] The server is held by a turn, and stops after it {…}
            servers.admin().interruptTurn("cart-7");
        }
    }

    @Test
    void samplesRun() {
        try (LoneNode node = LoneNode.start(
                Cart.TYPE, Order.TYPE, Ledger.TYPE, Quoter.TYPE, Shelf.TYPE, Counter.TYPE, Account.TYPE, Visits.TYPE)) {
            assertThat(node.servers.ref(Visits.TYPE, "home").call(new Visits.Visit()))
                    .isEqualTo(1);
            assertThat(count(node.servers)).isEqualTo(2);
            ServerRef shelf = node.servers.start(Shelf.TYPE, "shelf", new Stock(2));
            assertThatThrownBy(() -> shelf.call(new Take(3)))
                    .isInstanceOfSatisfying(
                            RejectedException.class,
                            no -> assertThat(no.details()).containsEntry("left", "2"));
            assertThat(shelf.call(new Take(2))).isZero();
            assertThat(shelf.call(new Left())).isZero();
            ServerRef cart = node.servers.start(Cart.TYPE, "cart-7", new Cart.State(List.of("book"), false));
            assertThat(cart.call(new CheckOut("order-7", "visa"))).isEqualTo("visa paid [book]");
            node.servers.start(Ledger.TYPE, "ledger", new Ledger.State(10));
            ServerRef quoter = node.servers.start(Quoter.TYPE, "quoter", new Quoter.State(0));
            assertThat(quoter.call(new Quote("abc"))).isEqualTo(13);
            ServerRef account = node.servers.start(Account.TYPE, "account", new Account.State(5));
            assertThat(account.call(new Convert("usd"))).isEqualTo(13 + 15);
            end(node.servers);
            assertThat(logged).isEmpty();
        }
    }

    @Test
    void samplesOfThePageAreTheCodeOfThisTest() throws IOException {
        String page = Files.readString(Path.of("../docs/handlers.md"));
        String code = squeezed(
                Files.readString(Path.of("src/test/java/io/durableserver/runtime/node/HandlersPageTest.java")));
        List<String> samples = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL)
                .matcher(page)
                .results()
                .map(sample -> sample.group(1))
                .collect(Collectors.toList());
        assertThat(samples).hasSize(8);
        assertThat(samples).allSatisfy(sample -> assertThat(code).contains(squeezed(sample)));
    }

    private static String squeezed(String code) {
        return code.replaceAll("\\s+", "");
    }
}
