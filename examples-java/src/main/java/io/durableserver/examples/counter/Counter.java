package io.durableserver.examples.counter;

import io.durableserver.Call;
import io.durableserver.DurableServer;
import io.durableserver.Handlers;
import io.durableserver.Next;
import io.durableserver.Reply;
import io.durableserver.ServerType;

/** A counter per key. An increment is answered when the new count is stored, so an answer is never taken back. */
public final class Counter extends DurableServer<Counter.State> {
    /** What is stored. */
    public record State(long count) {}

    /** Adds to the counter; the reply is the new count. */
    public record Increment(long by) implements Call<Long> {}

    /** Asks for the count. */
    public record GetCount() implements Call<Long> {}

    public static final ServerType<State> TYPE =
            ServerType.of("counter", State.class, Counter::new).version(1);

    @Override
    protected void handlers(Handlers<State> on) {
        on.call(Increment.class, Counter::increment);
        on.call(GetCount.class, (state, message) -> Next.reply(state.count(), state));
    }

    private static Reply<State, Long> increment(State state, Increment message) {
        // Throws rather than wraps around: the caller gets the error, the stored count stays.
        State next = new State(Math.addExact(state.count(), message.by()));
        return Next.reply(next.count(), next).sync();
    }
}
