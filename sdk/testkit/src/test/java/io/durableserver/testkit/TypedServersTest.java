package io.durableserver.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.durableserver.Call;
import io.durableserver.Cast;
import io.durableserver.ConfigurationException;
import io.durableserver.DurableServer;
import io.durableserver.Handlers;
import io.durableserver.Next;
import io.durableserver.Protocol;
import io.durableserver.ServerContext;
import io.durableserver.ServerInfo;
import io.durableserver.ServerLocation;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.StartOptions;
import io.durableserver.Termination;
import io.durableserver.TypedRef;
import io.durableserver.TypedServerType;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A type that names its messages, whose handlers take the context, from both nodes of a cluster. */
@Timeout(60)
class TypedServersTest {
    record State(int count, String last) {}

    sealed interface Message extends Protocol<Message> {}

    record Add(int by) implements Message, Call<Integer> {}

    record Where() implements Message, Call<String> {}

    record Note(String text) implements Message, Cast {}

    record Last() implements Message, Call<String> {}

    record Wrong() implements Message, Call<Integer> {}

    record Remember(String text) implements Message {}

    static final class Server extends DurableServer<State> {
        @Override
        protected void handlers(Handlers<State> on) {
            on.any(Message.class, this::any);
            on.query(Where.class, (state, where, context) -> context.type() + "/" + context.key());
            on.callDeferred(Last.class, (state, last, to, context) -> {
                to.reply(context.epoch() > 0 ? state.last() : "");
                return Next.state(state);
            });
        }

        private Next<State> any(State state, Message message, ServerContext context) {
            if (message instanceof Add add) {
                State next = new State(state.count() + add.by(), state.last());
                return Next.reply(next.count(), next).sync();
            }
            if (message instanceof Note note) {
                context.send(new Remember(note.text()));
                return Next.state(state);
            }
            return message instanceof Remember remember
                    ? Next.state(new State(state.count(), remember.text()))
                    : Next.reply("no number", state);
        }
    }

    private static final TypedServerType<State, Message> TYPE =
            ServerType.of("typed", State.class, Server::new).messages(Message.class);

    @Test
    void typedReferencesWorkFromEveryNode() {
        try (TestCluster cluster = TestCluster.builder().nodes(2).types(TYPE).start()) {
            TypedRef<Message> first = cluster.servers(0).start(TYPE, "a", new State(0, "none"));
            for (int node = 0; node < 2; node++) {
                TypedRef<Message> ref = cluster.servers(node).ref(TYPE, "a");
                assertThat(ref.call(new Add(2))).isEqualTo(2 * (node + 1));
                assertThat(ref.call(new Where())).isEqualTo("typed/a");
                assertThat(ref.location()).map(ServerLocation::key).contains("a");
                assertThat(ref.info()).map(ServerInfo::type).contains("typed");
                assertThat(ref.ensureStarted(new State(9, "other")).call(new Add(0)))
                        .isEqualTo(2 * (node + 1));
                ref.cast(new Note("from " + node));
                assertThat(catchThrowableOfType(ConfigurationException.class, () -> ref.call(new Wrong()))
                                .reason())
                        .isEqualTo(ConfigurationException.Reason.WRONG_REPLY_TYPE);
                assertThat(ref.call(new Last())).isIn("none", "from 0", "from 1");
            }
            assertThat(first.key()).isEqualTo("a");
            assertThat(first.terminate(Termination.GRACEFUL)).isTrue();
            assertThat(first.location()).isEmpty();
            assertThat(first.call(new Add(1))).isEqualTo(5);
        }
    }

    @Test
    void referenceStartsItsServerWithAStateOfItsTypeOnly() throws Exception {
        try (TestCluster cluster = TestCluster.builder().nodes(2).types(TYPE).start()) {
            ServerRef ref = cluster.servers(1).ref((ServerType<State>) TYPE, "b");
            assertThat(catchThrowableOfType(ConfigurationException.class, () -> ref.ensureStarted("no state"))
                            .reason())
                    .isEqualTo(ConfigurationException.Reason.INVALID_OPTION);
            assertThat(ref.infoAsync().toCompletableFuture().get()).isEmpty();
            CompletionStage<ServerRef> started = ref.ensureStartedAsync(new State(3, "x"), StartOptions.DEFAULT);
            assertThat(started.toCompletableFuture().get().call(new Add(1))).isEqualTo(4);
            assertThat(ref.locationAsync().toCompletableFuture().get()).isPresent();
            assertThat(ref.terminateAsync(Termination.GRACEFUL)
                            .toCompletableFuture()
                            .get())
                    .isTrue();
            assertThat(ref.terminate(Termination.GRACEFUL)).isFalse();
            assertThat(TypedRef.of(TYPE, ref).call(new Add(1))).isEqualTo(5);
        }
    }
}
