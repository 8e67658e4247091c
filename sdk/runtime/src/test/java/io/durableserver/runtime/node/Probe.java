package io.durableserver.runtime.node;

import io.durableserver.Call;
import io.durableserver.Cast;
import io.durableserver.DurableServer;
import io.durableserver.Handlers;
import io.durableserver.Init;
import io.durableserver.Next;
import io.durableserver.Reply;
import io.durableserver.ReplyTo;
import io.durableserver.ServerContext;
import io.durableserver.ServerType;
import io.durableserver.StopInfo;
import io.durableserver.StopReason;
import io.durableserver.StoredState;
import io.durableserver.SyncInfo;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A server whose messages carry the code that handles them, so that a test reads as what it does. */
final class Probe extends DurableServer<Probe.State> {
    record State(long n) {}

    interface Turn<T> {
        T run(State state, Probe server) throws Exception;
    }

    interface DeferredTurn {
        Next<State> run(State state, Probe server, ReplyTo<Object> replyTo) throws Exception;
    }

    record Ask(Turn<Reply<State, ?>> turn) implements Call<Object> {}

    record AskLater(DeferredTurn turn) implements Call<Object> {}

    record AskOpen(Turn<CompletionStage<? extends Reply<State, ?>>> turn) implements Call<Object> {}

    record TellOpen(Turn<CompletionStage<? extends Next<State>>> turn) implements Cast {}

    record NoteOpen(Turn<CompletionStage<? extends Next<State>>> turn) {}

    record AskLong(Turn<Reply<State, ?>> turn) implements Call<Long> {}

    record Tell(Turn<Next<State>> turn) implements Cast {}

    record Unknown() implements Call<Object> {}

    record Note(Turn<Next<State>> turn) {}

    /** What the callbacks of all instances of a type do, and what was called. */
    static class Script {
        final List<String> seen = Collections.synchronizedList(new ArrayList<>());

        Init<State> init(State state, ServerContext context) throws Exception {
            return Init.ok(state);
        }

        State load(ServerType<State> type, StoredState stored) throws Exception {
            return stored.as(State.class);
        }

        Object dump(State state) {
            return state;
        }

        State onSync(SyncInfo info, State stored, State current) throws Exception {
            seen.add("onSync " + stored.n());
            return current;
        }

        State upgrade(int oldVersion, State state) throws Exception {
            return state;
        }

        Next<State> timeout(State state) throws Exception {
            seen.add("timeout");
            return Next.state(state);
        }

        @Nullable
        Object terminate(StopReason reason, State state) throws Exception {
            seen.add("terminate " + reason.getClass().getSimpleName() + " " + state.n());
            return "result";
        }

        void afterTerminate(@Nullable Object result, StopInfo info) throws Exception {
            seen.add("afterTerminate " + result + " " + info.status());
        }
    }

    private final Script script;

    Probe(Script script) {
        this.script = script;
    }

    static ServerType<State> type(Script script) {
        return ServerType.of("probe", State.class, () -> new Probe(script));
    }

    ServerContext ctx() {
        return context();
    }

    @Override
    @SuppressWarnings("unchecked") // some tests lie about the reply type on purpose
    protected void handlers(Handlers<State> on) {
        on.call(Ask.class, (state, ask) -> (Reply<State, Object>) ask.turn().run(state, this));
        on.call(AskLong.class, (state, ask) -> (Reply<State, Long>) ask.turn().run(state, this));
        on.callDeferred(AskLater.class, (state, ask, replyTo) -> ask.turn().run(state, this, replyTo));
        on.cast(Tell.class, (state, tell) -> tell.turn().run(state, this));
        on.info(Note.class, (state, note) -> note.turn().run(state, this));
        on.continuation(Note.class, (state, note) -> note.turn().run(state, this));
        on.callAsync(AskOpen.class, (state, ask) ->
                (CompletionStage<? extends Reply<State, Object>>) ask.turn().run(state, this));
        on.castAsync(TellOpen.class, (state, tell) -> tell.turn().run(state, this));
        on.infoAsync(NoteOpen.class, (state, note) -> note.turn().run(state, this));
        on.continuationAsync(NoteOpen.class, (state, note) -> note.turn().run(state, this));
        on.timeout(script::timeout);
    }

    @Override
    protected Init<State> init(State state, ServerContext context) throws Exception {
        return script.init(state, context);
    }

    @Override
    protected Object dump(State state) {
        return script.dump(state);
    }

    @Override
    protected State load(ServerType<State> type, StoredState stored) throws Exception {
        return script.load(type, stored);
    }

    @Override
    protected State onSync(SyncInfo info, State stored, State current) throws Exception {
        return script.onSync(info, stored, current);
    }

    @Override
    protected State upgrade(int oldVersion, State state) throws Exception {
        return script.upgrade(oldVersion, state);
    }

    @Override
    protected @Nullable Object terminate(StopReason reason, State state) throws Exception {
        return script.terminate(reason, state);
    }

    @Override
    protected void afterTerminate(@Nullable Object result, StopInfo info) throws Exception {
        script.afterTerminate(result, info);
    }
}
