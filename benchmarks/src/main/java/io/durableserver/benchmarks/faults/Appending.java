package io.durableserver.benchmarks.faults;

import io.durableserver.Call;
import io.durableserver.DurableServer;
import io.durableserver.Handlers;
import io.durableserver.Next;
import io.durableserver.Reply;
import io.durableserver.ServerType;
import java.util.ArrayList;
import java.util.List;

/** A list of unique ids. An append is answered with its position when it is stored. */
public final class Appending extends DurableServer<Appending.Ids> {
    /** What is stored. */
    public record Ids(List<Long> ids) {
        public Ids {
            ids = List.copyOf(ids);
        }
    }

    /** Appends an id; the reply is its position, from 1. */
    public record Append(long id) implements Call<Integer> {}

    /** Asks for the end of the list. */
    public record Look() implements Call<Tail> {}

    /** How many there are, and the last one; 0 when there is none. */
    public record Tail(int size, long last) {}

    /** Asks for the whole list. */
    public record ReadAll() implements Call<Ids> {}

    static final ServerType<Ids> TYPE =
            ServerType.of("appending", Ids.class, Appending::new).version(1);

    @Override
    protected void handlers(Handlers<Ids> on) {
        on.call(Append.class, Appending::append);
        on.call(Look.class, (state, message) -> Next.reply(tail(state.ids()), state));
        on.call(ReadAll.class, (state, message) -> Next.reply(state, state));
    }

    private static Reply<Ids, Integer> append(Ids state, Append message) {
        List<Long> ids = new ArrayList<>(state.ids());
        ids.add(message.id());
        return Next.reply(ids.size(), new Ids(ids)).sync();
    }

    private static Tail tail(List<Long> ids) {
        return new Tail(ids.size(), ids.isEmpty() ? 0 : ids.get(ids.size() - 1));
    }
}
