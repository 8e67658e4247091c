package io.durableserver.examples.auction;

import io.durableserver.Call;
import io.durableserver.Cast;
import io.durableserver.DurableServer;
import io.durableserver.Handlers;
import io.durableserver.Init;
import io.durableserver.Next;
import io.durableserver.Protocol;
import io.durableserver.RejectedException;
import io.durableserver.Reply;
import io.durableserver.ReplyTo;
import io.durableserver.ServerContext;
import io.durableserver.ServerType;
import io.durableserver.StopInfo;
import io.durableserver.StopReason;
import io.durableserver.StoredState;
import io.durableserver.SyncInfo;
import io.durableserver.SyncPolicy;
import io.durableserver.TypedServerType;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The auction of one item; its key is the item. */
public final class Auction extends DurableServer<Auction.State> {
    // readme: messages
    public sealed interface Message extends Protocol<Message> {}

    /** Answers with the new price. */
    public record Bid(String bidder, long amount) implements Message, Call<Long> {}

    public record Price() implements Message, Call<Long> {}

    /** Answers when the auction is over. */
    public record Result() implements Message, Call<Sold> {}

    /** Answers with the receipt. */
    public record Pay(String card) implements Message, Call<String> {}

    public record Remark(String text) implements Message, Cast {}

    public record Remarks() implements Message, Call<List<String>> {}

    public record Sold(Optional<String> to, long price) {}

    record Open() implements Message {}

    record Close() implements Message {}
    // readme: end

    // readme: state
    /** What a running auction has; the remarks are for those who are there, and are not stored. */
    public record State(Stored stored, List<String> remarks) {
        public static State of(long price, long closesAtMillis) {
            return new State(new Stored(price, Optional.empty(), closesAtMillis, false, Optional.empty()), List.of());
        }

        State with(Stored value) {
            return new State(value, remarks);
        }
    }

    record Stored(long price, Optional<String> leader, long closesAtMillis, boolean closed, Optional<String> receipt) {
        Stored bid(String bidder, long amount) {
            return new Stored(amount, Optional.of(bidder), closesAtMillis, closed, receipt);
        }

        Stored close() {
            return new Stored(price, leader, closesAtMillis, true, receipt);
        }

        Stored paid(String value) {
            return new Stored(price, leader, closesAtMillis, closed, Optional.of(value));
        }
    }
    // readme: end

    // readme: type
    public static final TypedServerType<State, Message> TYPE = ServerType.of("auction", State.class, Auction::new)
            .version(2) // of what dump returns
            .syncPolicy(SyncPolicy.manual(Duration.ofSeconds(10))) // and whenever a turn says sync()
            .slowTurn(Duration.ofMillis(500)) // then it is logged
            .turnDeadline(Duration.ofSeconds(20)) // of a turn that stays open
            .messages(Message.class); // each must have a handler
    // readme: end

    private static final Duration IDLE = Duration.ofHours(1);

    /** Those who wait for the end. Fields are memory of this instance only. */
    private final List<ReplyTo<Sold>> waiting = new ArrayList<>();

    private long writes;

    // readme: handlers
    @Override
    protected void handlers(Handlers<State> on) {
        on.call(Bid.class, this::bid);
        on.query(Price.class, (state, price) -> state.stored().price());
        on.query(Remarks.class, (state, remarks) -> state.remarks());
        on.callDeferred(Result.class, this::result);
        on.callAsync(Pay.class, this::pay);
        on.continuation(Open.class, this::open);
        on.any(Message.class, this::others); // those without a handler of their own: Remark, Close
        on.timeout(this::idle);
    }
    // readme: end

    // readme: call
    private Reply<State, Long> bid(State state, Bid bid, ServerContext context) {
        Stored auction = state.stored();
        if (auction.closed()) {
            return Next.reject("CLOSED", "The auction is over");
        }
        if (bid.amount() <= auction.price()) {
            return Next.reject("TOO_LOW", "The price is " + auction.price(), Map.of("price", auction.price()));
        }
        return Next.<State, Long>reply(bid.amount(), state.with(auction.bid(bid.bidder(), bid.amount())))
                .metadata(Map.of("price", Long.toString(bid.amount()))) // shown in the directory
                .sync() // stored before the bidder hears of it
                .idleTimeout(IDLE);
    }
    // readme: end

    // readme: deferred
    private Next<State> result(State state, Result result, ReplyTo<Sold> caller) {
        if (state.stored().closed()) {
            caller.reply(sold(state));
        } else {
            waiting.add(caller);
        }
        return Next.state(state);
    }
    // readme: end

    // readme: async
    private CompletionStage<Reply<State, String>> pay(State state, Pay pay, ServerContext context) {
        Stored auction = state.stored();
        if (!auction.closed()) {
            return CompletableFuture.completedFuture(Next.reject("OPEN", "The auction is not over"));
        }
        if (auction.receipt().isPresent()) {
            return CompletableFuture.completedFuture(
                    Next.reply(auction.receipt().get(), state));
        }
        return context.service(Payments.class)
                .charge(pay.card(), auction.price())
                .thenApplyAsync(
                        receipt -> Next.<State, String>reply(receipt, state.with(auction.paid(receipt)))
                                .sync(),
                        context.executor()); // a part of this turn, on the server's thread
    }
    // readme: end

    // readme: continuation
    private Next<State> open(State state, Open open, ServerContext context) {
        tell(context, context.key() + " is open at " + state.stored().price());
        return Next.state(state);
    }

    /** A cast leaves when its turn's state is stored, where it asks for that, and not at all when it fails. */
    private static void tell(ServerContext context, String line) {
        context.servers().ref(House.TYPE, House.KEY).cast(new House.Write(line));
    }
    // readme: end

    // readme: any
    private Next<State> others(State state, Message message, ServerContext context) {
        if (message instanceof Remark remark) {
            List<String> remarks = new ArrayList<>(state.remarks());
            remarks.add(remark.text());
            return Next.state(new State(state.stored(), remarks));
        }
        return message instanceof Close ? close(state, context) : Next.state(state);
    }

    private Next<State> close(State state, ServerContext context) {
        if (state.stored().closed()) {
            return Next.state(state);
        }
        State closed = state.with(state.stored().close());
        tell(context, context.key() + " is sold for " + closed.stored().price());
        waiting.forEach(caller -> caller.reply(sold(closed))); // leaves when the end is stored
        waiting.clear();
        return Next.state(closed).sync().idleTimeout(IDLE);
    }

    private static Sold sold(State state) {
        return new Sold(state.stored().leader(), state.stored().price());
    }
    // readme: end

    // readme: idle
    private Next<State> idle(State state) {
        return state.stored().closed()
                ? Next.stop(StopReason.normal(), state) // the next message starts it again
                : Next.state(state).hibernate();
    }
    // readme: end

    // readme: init
    @Override
    protected Init<State> init(State state, ServerContext context) {
        Stored auction = state.stored();
        if (auction.price() < 0) {
            throw new RejectedException("NO_PRICE", "An item needs a price");
        }
        if (!auction.closed()) {
            long left = auction.closesAtMillis() - context.service(Clock.class).millis();
            context.sendAfter(
                    Duration.ofMillis(left), new Close()); // timers end with the server: each start sets them anew
        }
        Init<State> ready = Init.ok(state)
                .metadata(Map.of("price", Long.toString(auction.price())))
                .idleTimeout(IDLE);
        return context.epoch() == 1 ? ready.thenContinue(new Open()) : ready; // the first start of this key
    }
    // readme: end

    // readme: stored
    @Override
    protected Object dump(State state) {
        return state.stored();
    }

    @Override
    protected State load(ServerType<State> type, StoredState stored) throws Exception {
        if (stored.version() == 1) { // had no end, and called the leader "winner"
            Map<String, Object> old = stored.asMap();
            long price = ((Number) old.getOrDefault("price", 0)).longValue();
            Optional<String> leader = Optional.ofNullable((String) old.get("winner"));
            return new State(new Stored(price, leader, 0, true, Optional.empty()), List.of());
        }
        return new State(stored.as(Stored.class), List.of());
    }

    @Override
    protected State upgrade(int oldVersion, State state) {
        return state; // of a live server, by admin().upgrade
    }

    @Override
    protected State onSync(SyncInfo info, State stored, State current) {
        writes = info.write();
        return current;
    }
    // readme: end

    // readme: end-of-life
    @Override
    protected @Nullable Object terminate(StopReason reason, State state) {
        waiting.forEach(caller -> caller.fail(new RejectedException("MOVED", "Ask again")));
        return waiting.size();
    }

    @Override
    protected void afterTerminate(@Nullable Object sentAway, StopInfo info) {
        tell(context(), info.key() + " left after " + writes + " writes, " + sentAway + " sent away");
    }
    // readme: end
}
