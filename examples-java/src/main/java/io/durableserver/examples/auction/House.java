package io.durableserver.examples.auction;

import io.durableserver.Call;
import io.durableserver.Cast;
import io.durableserver.DurableServer;
import io.durableserver.Handlers;
import io.durableserver.Next;
import io.durableserver.Protocol;
import io.durableserver.ServerType;
import io.durableserver.SyncPolicy;
import io.durableserver.TypedServerType;
import java.util.ArrayList;
import java.util.List;

/** The books of the auction house. */
public final class House extends DurableServer<House.State> {
    /** The only one. */
    public static final String KEY = "house";

    public static final TypedServerType<State, Message> TYPE = ServerType.of("house", State.class, House::new)
            .syncPolicy(SyncPolicy.onChange())
            .messages(Message.class);

    /** The lines of the books. */
    public record State(List<String> lines) {
        State and(String line) {
            List<String> more = new ArrayList<>(lines);
            more.add(line);
            return new State(more);
        }
    }

    /** What the house is told and asked. */
    public sealed interface Message extends Protocol<Message> {}

    /** A line for the books. */
    public record Write(String line) implements Message, Cast {}

    /** All lines. */
    public record Lines() implements Message, Call<List<String>> {}

    @Override
    protected void handlers(Handlers<State> on) {
        on.cast(Write.class, (state, write) -> Next.state(state.and(write.line())));
        on.query(Lines.class, (state, lines) -> state.lines());
    }
}
