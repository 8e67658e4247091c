package io.durableserver.runtime.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.durableserver.Call;
import io.durableserver.Cast;
import io.durableserver.Codec;
import io.durableserver.ConfigurationException;
import io.durableserver.ConfigurationException.Reason;
import io.durableserver.DurableServer;
import io.durableserver.Handlers;
import io.durableserver.Next;
import io.durableserver.ServerType;
import io.durableserver.runtime.codec.CborCodec;
import io.durableserver.runtime.codec.JsonCodec;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a server type may have as state, messages and replies. */
@NullMarked
class ExaminationTest {
    interface Open {}

    sealed interface Pay {}

    record Card(String number) implements Pay {}

    record Good(Optional<Pay> pay) {}

    record Bad(Map<String, Object> anything) {}

    record GetAny() implements Call<Object> {}

    record GetPay() implements Call<Pay> {}

    record GetPays() implements Call<Map<String, List<Optional<Pay>>>> {}

    record GetOpens() implements Call<Map<String, List<Optional<Open>>>> {}

    record Gen<T>(T value) implements Cast {}

    record Put(List<Open> opens) implements Cast {}

    record Lambda(Runnable task) {}

    private static <S> DurableServer<S> server(Consumer<Handlers<S>> handlers) {
        return new DurableServer<>() {
            @Override
            protected void handlers(Handlers<S> on) {
                handlers.accept(on);
            }
        };
    }

    static final class Dumps extends DurableServer<Bad> {
        @Override
        protected void handlers(Handlers<Bad> on) {}

        @Override
        protected Object dump(Bad state) {
            return List.copyOf(state.anything().keySet());
        }
    }

    static final class Nothing implements Codec {
        @Override
        public String name() {
            return "own";
        }

        @Override
        public byte[] encode(@Nullable Object value, Type type) {
            return new byte[0];
        }

        @Override
        public @Nullable Object decode(byte[] bytes, Type type) {
            return null;
        }
    }

    @Test
    void sealedTypesAreStateMessageAndReply() {
        register(ServerType.of(
                "t",
                Good.class,
                () -> server(on -> {
                    on.call(GetPay.class, (state, message) -> Next.reply(new Card("1"), state));
                    on.callDeferred(GetPays.class, (state, message, reply) -> Next.state(state));
                })));
    }

    @Test
    void stateThatCannotBeReadBackIsRefusedWithItsPath() {
        assertThat(refused(ServerType.of("t", Bad.class, () -> server(on -> {}))))
                .containsEntry("type", "t")
                .containsEntry("state", Bad.class.getName())
                .containsEntry("path", "Bad.anything{}");
    }

    @Test
    void replyThatCannotBeReadBackIsRefused() {
        assertThat(refused(ServerType.of(
                        "t",
                        Good.class,
                        () -> server(
                                on -> on.call(GetAny.class, (state, message) -> Next.reply(new Object(), state))))))
                .containsEntry("reply", "java.lang.Object")
                .containsEntry("path", "Object");
        assertThat(refused(ServerType.of(
                        "t",
                        Good.class,
                        () -> server(
                                on -> on.callDeferred(GetOpens.class, (state, message, reply) -> Next.state(state))))))
                .containsEntry("path", "Map{}[]?");
    }

    @Test
    @SuppressWarnings("unchecked") // a message class with a parameter has only a raw class literal
    void messageThatCannotBeReadBackIsRefused() {
        assertThat(refused(ServerType.of(
                        "t",
                        Good.class,
                        () -> server(on -> on.cast(
                                (Class<Gen<String>>) (Class<?>) Gen.class, (state, message) -> Next.state(state))))))
                .containsEntry("message", Gen.class.getName())
                .containsEntry("path", "Gen.value");
        assertThat(refused(ServerType.of(
                        "t",
                        Good.class,
                        () -> server(on -> on.cast(Put.class, (state, message) -> Next.state(state))))))
                .containsEntry("path", "Put.opens[]");
    }

    @Test
    void whatStaysOnTheNodeMayBeAnything() {
        register(ServerType.of(
                "t",
                Good.class,
                () -> server(on -> {
                    on.info(Lambda.class, (state, message) -> Next.state(state));
                    on.continuation(Object.class, (state, message) -> Next.state(state));
                })));
    }

    @Test
    void stateOfWhichTheServerMakesItsOwnDumpsIsNotExamined() {
        register(ServerType.of("t", Bad.class, Dumps::new));
    }

    @Test
    void codecOfTheApplicationIsNotExamined() {
        ServerType<Bad> type = ServerType.of("t", Bad.class, () -> server(on -> {}));
        register(type.stateCodec(new Nothing()));
    }

    private static void register(ServerType<?> type) {
        assertThat(new TypeRegistry(List.of(type), JsonCodec.INSTANCE, CborCodec.INSTANCE, 1024).find("t"))
                .isNotNull();
    }

    private static Map<String, String> refused(ServerType<?> type) {
        ConfigurationException error = catchThrowableOfType(
                ConfigurationException.class,
                () -> new TypeRegistry(List.of(type), JsonCodec.INSTANCE, CborCodec.INSTANCE, 1024));
        assertThat(error).isNotNull();
        assertThat(error.reason()).isEqualTo(Reason.INVALID_TYPE);
        assertThat(error.context()).containsKey("detail");
        return error.context();
    }
}
