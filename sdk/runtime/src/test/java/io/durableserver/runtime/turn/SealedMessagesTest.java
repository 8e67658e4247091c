package io.durableserver.runtime.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.durableserver.Call;
import io.durableserver.Cast;
import io.durableserver.ConfigurationException;
import io.durableserver.DurableServer;
import io.durableserver.Handlers;
import io.durableserver.Next;
import io.durableserver.Protocol;
import io.durableserver.Reply;
import io.durableserver.ServerType;
import io.durableserver.runtime.codec.CborCodec;
import io.durableserver.runtime.codec.JsonCodec;
import io.durableserver.runtime.type.Slot;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Types that name their messages, and handlers for all that a sealed type permits. */
class SealedMessagesTest {
    sealed interface Message extends Protocol<Message> {}

    sealed interface Reads extends Message {}

    record Get() implements Reads, Call<Integer> {}

    record Size() implements Reads, Call<Integer> {}

    abstract static sealed class Writes implements Message, Cast {}

    static final class Add extends Writes {}

    static final class Clear extends Writes {}

    record Tick() implements Message {}

    sealed interface Leaky extends Protocol<Leaky> {}

    non-sealed interface Leak extends Leaky {}

    sealed interface Torn extends Protocol<Torn> {}

    record Both() implements Torn, Call<Integer>, Cast {}

    private record Server(Consumer<Handlers<Integer>> registers) {
        DurableServer<Integer> server() {
            return new DurableServer<>() {
                @Override
                protected void handlers(Handlers<Integer> on) {
                    registers.accept(on);
                }
            };
        }
    }

    private static ServerType<Integer> type(Consumer<Handlers<Integer>> registers) {
        return ServerType.of("t", Integer.class, new Server(registers)::server);
    }

    private static <S> RegisteredType<S> register(ServerType<S> type) {
        return RegisteredType.of(type, JsonCodec.INSTANCE, CborCodec.INSTANCE, 1024, null);
    }

    private static ConfigurationException refused(ServerType<?> type) {
        ConfigurationException refused = catchThrowableOfType(ConfigurationException.class, () -> register(type));
        assertThat(refused.reason()).isEqualTo(ConfigurationException.Reason.INVALID_TYPE);
        return refused;
    }

    private static Next<Integer> handle(RegisteredType<Integer> type, int state, Object message) {
        Slot sent = type.table().sent(message.getClass());
        Slot slot = sent == null ? Objects.requireNonNull(type.table().info(message.getClass())) : sent;
        return type.newInstance("k").handle(slot, state, message, null);
    }

    private static Next<Integer> wide(Integer state, Message message) {
        return message instanceof Reads ? Next.reply(-1, state) : Next.state(state + 1);
    }

    @Test
    void oneHandlerTakesAllThatASealedTypePermitsAndTheExactClassWins() {
        RegisteredType<Integer> type = register(type(on -> {
            on.any(Message.class, SealedMessagesTest::wide);
            on.query(Size.class, (state, size) -> state);
            on.cast(Clear.class, (state, clear) -> Next.state(0));
        }));
        assertThat(((Reply<?, ?>) handle(type, 5, new Get())).value()).isEqualTo(-1);
        assertThat(((Reply<?, ?>) handle(type, 5, new Size())).value()).isEqualTo(5);
        assertThat(handle(type, 5, new Add()).state()).isEqualTo(6);
        assertThat(handle(type, 5, new Clear()).state()).isEqualTo(0);
        assertThat(handle(type, 5, new Tick()).state()).isEqualTo(6);
        assertThat(type.table().named(Get.class.getName()))
                .isSameAs(type.table().sent(Get.class));
        assertThat(type.table().sent(Tick.class)).isNull();
    }

    @Test
    void callThatIsNotAnsweredFails() {
        RegisteredType<Integer> type = register(type(on -> on.any(Message.class, (state, any) -> Next.state(state))));
        assertThat(catchThrowableOfType(UserFailure.class, () -> handle(type, 1, new Get())))
                .hasStackTraceContaining("did not answer a call");
        assertThat(handle(type, 1, new Add()).state()).isEqualTo(1);
    }

    @Test
    void registrationNamesTheMessagesWithoutAHandler() {
        ServerType<Integer> some = type(on -> {
            on.query(Get.class, (state, get) -> state);
            on.cast(Add.class, (state, add) -> Next.state(state));
        });
        register(some);
        assertThat(refused(some.messages(Message.class)).context())
                .containsEntry("type", "t")
                .containsEntry(
                        "missing", Size.class.getName() + ", " + Clear.class.getName() + ", " + Tick.class.getName());
        register(type(on -> {
                    on.any(Reads.class, (state, read) -> Next.reply(1, state));
                    on.any(Writes.class, (state, write) -> Next.state(state));
                    on.continuation(Tick.class, (state, tick) -> Next.state(state));
                })
                .messages(Message.class));
    }

    @Test
    void typesThatAnybodyMayExtendAreRefused() {
        assertThat(refused(type(on -> on.any(Leaky.class, (state, leaky) -> Next.state(state))))
                        .context())
                .containsEntry("message", Leak.class.getName());
        assertThat(refused(type(on -> {}).messages(Leaky.class)).context())
                .containsEntry("sealed", Leaky.class.getName());
        assertThat(refused(type(on -> on.any(Number.class, (state, number) -> Next.state(state))))
                        .context())
                .containsEntry("message", Number.class.getName());
    }

    @Test
    void messageThatTwoSealedHandlersTakeIsRefused() {
        refused(type(on -> {
            on.any(Reads.class, (state, read) -> Next.reply(1, state));
            on.any(Message.class, SealedMessagesTest::wide);
        }));
        refused(type(on -> {
            on.any(Reads.class, (state, read) -> Next.reply(1, state));
            on.anyAsync(Message.class, (state, message) -> CompletableFuture.completedFuture(wide(state, message)));
        }));
    }

    @Test
    void typesThatAnybodyMayExtendAreRefusedForOpenTurnsToo() {
        assertThat(refused(type(on -> on.anyAsync(
                                Leaky.class, (state, leaky) -> CompletableFuture.completedFuture(Next.state(state)))))
                        .context())
                .containsEntry("message", Leak.class.getName());
    }

    @Test
    void messageThatIsACallAndACastIsRefused() {
        assertThat(refused(type(on -> on.any(Torn.class, (state, torn) -> Next.state(state))))
                        .context())
                .containsEntry("message", Both.class.getName());
    }
}
