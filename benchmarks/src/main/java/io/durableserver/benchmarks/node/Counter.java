package io.durableserver.benchmarks.node;

import io.durableserver.Call;
import io.durableserver.DurableServer;
import io.durableserver.Handlers;
import io.durableserver.Next;
import io.durableserver.ServerType;
import io.durableserver.SyncPolicy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** The server under test: a count. No background sync, so that only what a benchmark asks for is written. */
public final class Counter extends DurableServer<Counter.State> {
    /** The type to register. */
    public static final ServerType<State> TYPE = ServerType.of("bench-counter", State.class, Counter::new)
            .syncPolicy(SyncPolicy.manual(Duration.ZERO))
            .turnDeadline(Duration.ofMinutes(30));

    /** The same, on the callers' own threads. */
    public static final ServerType<State> IN_PLACE = ServerType.of("bench-counter-in-place", State.class, Counter::new)
            .syncPolicy(SyncPolicy.manual(Duration.ZERO))
            .inPlace();

    /** The state. */
    public record State(long count) {}

    /** Adds, in memory. */
    public record Increment(long by) implements Call<Long> {}

    /** Adds, and answers when it is stored. */
    public record IncrementDurably(long by) implements Call<Long> {}

    /** Reads. */
    public record Get() implements Call<Long> {}

    /** Adds, in memory, by a handler that returns a stage which is done already. */
    public record IncrementAsync(long by) implements Call<Long> {}

    /** Answers when {@link #release} was called: until then the turn is open. */
    public record Wait() implements Call<Long> {}

    private static final CompletableFuture<Void> RELEASED = new CompletableFuture<>();

    /** Ends the turns of all that wait, and of those that will. */
    public static void release() {
        RELEASED.complete(null);
    }

    @Override
    protected void handlers(Handlers<State> on) {
        on.call(Increment.class, (state, message) -> {
            long next = state.count() + message.by();
            return Next.reply(next, new State(next));
        });
        on.call(IncrementDurably.class, (state, message) -> {
            long next = state.count() + message.by();
            return Next.reply(next, new State(next)).sync();
        });
        on.callAsync(IncrementAsync.class, (state, message) -> {
            long next = state.count() + message.by();
            return CompletableFuture.completedFuture(Next.reply(next, new State(next)));
        });
        on.callAsync(Wait.class, (state, message) -> RELEASED.thenApply(done -> Next.reply(state.count(), state)));
        on.call(Get.class, (state, message) -> Next.reply(state.count(), state));
    }
}
