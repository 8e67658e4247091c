package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.durableserver.Call;
import io.durableserver.Cast;
import io.durableserver.ConfigurationException;
import io.durableserver.DurableServer;
import io.durableserver.HandlerFailedException;
import io.durableserver.Handlers;
import io.durableserver.Next;
import io.durableserver.RejectedException;
import io.durableserver.ServerContext;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Handlers of a whole sealed type whose turns stay open. */
@Timeout(60)
final class OpenSealedTest {
    record State(int sum) {}

    sealed interface Message {}

    record Add(int by) implements Message, Call<Integer> {}

    record Note(int by) implements Message, Cast {}

    record Tick(int by) implements Message {}

    record Refuse() implements Message, Call<Integer> {}

    record Forget() implements Message, Call<Integer> {}

    record Confuse() implements Message, Call<Integer> {}

    record Sum() implements Message, Call<Integer> {}

    private final CompletableFuture<Void> gate = new CompletableFuture<>();
    private final AtomicBoolean cancelled = new AtomicBoolean();
    private final LoneNode node = LoneNode.start(type());
    private final ServerRef ref = node.servers.start(type(), "k", new State(0));

    private ServerType<State> type() {
        return ServerType.of("open-sealed", State.class, Server::new);
    }

    private final class Server extends DurableServer<State> {
        @Override
        protected void handlers(Handlers<State> on) {
            on.anyAsync(Message.class, this::later);
            on.query(Sum.class, (state, sum) -> state.sum()); // the exact class wins
        }

        private CompletionStage<Next<State>> later(State state, Message message, ServerContext context) {
            if (message instanceof Note note) {
                context.send(new Tick(note.by()));
            }
            CompletableFuture<Next<State>> result =
                    gate.thenApplyAsync(open -> end(state, message), context.executor());
            var unused = result.whenComplete((done, failure) -> cancelled.compareAndSet(false, result.isCancelled()));
            return result;
        }

        private Next<State> end(State state, Message message) {
            if (message instanceof Add add) {
                return Next.reply(state.sum() + add.by(), new State(state.sum() + add.by()));
            }
            if (message instanceof Note || message instanceof Tick) {
                return Next.state(new State(state.sum() + 10));
            }
            if (message instanceof Refuse) {
                return Next.reject("NO", "not today", Map.of());
            }
            return message instanceof Forget ? Next.state(state) : Next.reply("a text", state);
        }
    }

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void turnsOfAllItsMessagesStayOpenAndTheExactClassWins() throws Exception {
        CompletableFuture<Integer> added = ref.callAsync(new Add(5)).toCompletableFuture();
        CompletableFuture<Integer> sum = ref.callAsync(new Sum()).toCompletableFuture();
        assertThat(node.servers.start(type(), "other", new State(3)).call(new Sum()))
                .isEqualTo(3);
        assertThat(added).isNotDone();
        assertThat(sum).isNotDone();
        gate.complete(null);
        assertThat(added.get(30, TimeUnit.SECONDS)).isEqualTo(5);
        assertThat(sum.get(30, TimeUnit.SECONDS)).isEqualTo(5);
        ref.cast(new Note(1)); // and the info it sends
        await().until(() -> ref.call(new Sum()) == 25);
    }

    @Test
    void callIsAnsweredRefusedOrFails() {
        gate.complete(null);
        assertThat(ref.call(new Add(1))).isEqualTo(1);
        assertThat(catchThrowableOfType(RejectedException.class, () -> ref.call(new Refuse()))
                        .code())
                .isEqualTo("NO");
        assertThat(catchThrowableOfType(ConfigurationException.class, () -> ref.call(new Confuse()))
                        .reason())
                .isEqualTo(ConfigurationException.Reason.WRONG_REPLY_TYPE);
        assertThat(ref.call(new Sum())).isEqualTo(1);
        assertThat(catchThrowableOfType(HandlerFailedException.class, () -> ref.call(new Forget())))
                .hasMessageContaining("no reply to a call");
    }

    @Test
    void turnThatIsGivenUpCancelsTheStageOfTheHandler() {
        CompletableFuture<Integer> added = ref.callAsync(new Add(5)).toCompletableFuture();
        await().until(() -> node.servers.admin().interruptTurn("k"));
        assertThat(added).failsWithin(30, TimeUnit.SECONDS);
        await().untilTrue(cancelled);
    }
}
