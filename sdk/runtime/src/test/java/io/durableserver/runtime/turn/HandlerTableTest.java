package io.durableserver.runtime.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.durableserver.Call;
import io.durableserver.Cast;
import io.durableserver.ConfigurationException;
import io.durableserver.DurableServer;
import io.durableserver.Handlers;
import io.durableserver.Next;
import io.durableserver.ServerType;
import io.durableserver.SyncInfo;
import io.durableserver.WireName;
import io.durableserver.runtime.codec.CborCodec;
import io.durableserver.runtime.codec.JsonCodec;
import io.durableserver.runtime.type.HandlerTable;
import io.durableserver.runtime.type.Slot;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What a type registers, and what is wrong with it. */
class HandlerTableTest {
    record State(int n) {}

    record Get() implements Call<Integer> {}

    record GetList() implements Call<List<String>> {}

    @WireName("poke")
    record Poke() implements Cast {}

    @WireName("poke")
    record OtherPoke() implements Cast {}

    @WireName("")
    record Nameless() implements Cast {}

    record Generic<T>() implements Call<T> {}

    private static class Server extends DurableServer<State> {
        private final Consumer<Handlers<State>> registers;

        Server(Consumer<Handlers<State>> registers) {
            this.registers = registers;
        }

        @Override
        protected void handlers(Handlers<State> on) {
            registers.accept(on);
        }
    }

    private static ServerType<State> type(Consumer<Handlers<State>> registers) {
        return ServerType.of("t", State.class, () -> new Server(registers));
    }

    private static RegisteredType<State> register(Consumer<Handlers<State>> registers) {
        return RegisteredType.of(type(registers), JsonCodec.INSTANCE, CborCodec.INSTANCE, 1024, null);
    }

    private static void refused(Consumer<Handlers<State>> registers) {
        assertThat(catchThrowableOfType(ConfigurationException.class, () -> register(registers))
                        .reason())
                .isEqualTo(ConfigurationException.Reason.INVALID_TYPE);
    }

    private static void get(Handlers<State> on) {
        on.call(Get.class, (state, get) -> Next.reply(state.n(), state));
    }

    private static void poke(Handlers<State> on) {
        on.cast(Poke.class, (state, poke) -> Next.state(state));
    }

    @Test
    void messagesAreFoundByClassAndByWireName() {
        HandlerTable table = register(on -> {
                    get(on);
                    poke(on);
                    on.call(GetList.class, (state, get) -> Next.reply(List.of(), state));
                    on.info(String.class, (state, text) -> Next.state(state));
                    on.continuation(String.class, (state, text) -> Next.state(state));
                    on.timeout(Next::state);
                })
                .table();
        assertThat(table.sent(Get.class)).isNotNull();
        assertThat(table.named(Get.class.getName())).isSameAs(table.sent(Get.class));
        assertThat(table.named("poke")).isSameAs(table.sent(Poke.class));
        assertThat(table.named(Poke.class.getName())).isNull();
        assertThat(table.sent(String.class)).isNull();
        assertThat(table.named(String.class.getName())).isNull();
        assertThat(table.info(String.class)).isNotNull();
        assertThat(table.continuation(String.class)).isNotNull();
        assertThat(table.timeout()).isNotNull();
        Slot list = table.sent(GetList.class);
        assertThat(list == null ? null : list.replyType().getTypeName()).isEqualTo("java.util.List<java.lang.String>");
    }

    @Test
    void contradictionsAreRefused() {
        refused(on -> {
            get(on);
            get(on);
        });
        refused(on -> {
            poke(on);
            on.cast(OtherPoke.class, (state, poke) -> Next.state(state));
        });
        refused(on -> {
            on.timeout(Next::state);
            on.timeout(Next::state);
        });
        refused(on -> on.cast(Nameless.class, (state, poke) -> Next.state(state)));
    }

    @Test
    @SuppressWarnings({"unchecked", "rawtypes"})
    void replyTypeThatIsNotBoundIsRefused() {
        refused(on -> on.call((Class) Generic.class, (state, get) -> Next.reply(1, new State(1))));
    }

    @Test
    void instancesMustAgree() {
        AtomicInteger instances = new AtomicInteger();
        RegisteredType<State> type = register(on -> {
            if (instances.getAndIncrement() == 0) {
                get(on);
            } else {
                poke(on);
            }
        });
        assertThat(catchThrowableOfType(ConfigurationException.class, type::newInstance)
                        .reason())
                .isEqualTo(ConfigurationException.Reason.INVALID_TYPE);
    }

    @Test
    void messageSentUnderAnotherVersionFindsItsHandlerByClass() {
        HandlerTable before = register(on -> {
                    get(on);
                    poke(on);
                })
                .table();
        HandlerTable after = register(on -> {
                    poke(on);
                    get(on);
                })
                .table();
        Slot old = before.sent(Get.class);
        assertThat(old).isNotNull();
        if (old != null) {
            assertThat(before.here(old)).isSameAs(old);
            assertThat(after.here(old)).isSameAs(after.sent(Get.class));
            assertThat(register(HandlerTableTest::poke).table().here(old)).isNull();
        }
    }

    @Test
    void onSyncIsPaidForOnlyWhereItIsOverridden() {
        assertThat(register(HandlerTableTest::get).observesSync()).isFalse();
        ServerType<State> observing = ServerType.of("t", State.class, () -> new Server(HandlerTableTest::get) {
            @Override
            protected State onSync(SyncInfo info, State stored, State current) {
                return current;
            }
        });
        assertThat(RegisteredType.of(observing, JsonCodec.INSTANCE, CborCodec.INSTANCE, 1024, null)
                        .observesSync())
                .isTrue();
    }

    @Test
    void registryKnowsTypesByNameAndStateClass() {
        TypeRegistry types = new TypeRegistry(
                List.of(type(HandlerTableTest::get)), JsonCodec.INSTANCE, CborCodec.INSTANCE, 1024, null);
        assertThat(types.find("t")).isNotNull();
        assertThat(types.find("u")).isNull();
        assertThat(catchThrowableOfType(ConfigurationException.class, () -> types.get("u"))
                        .context())
                .containsEntry("registered", "[t]");
        ServerType<String> impostor = ServerType.of("t", String.class, () -> new DurableServer<>() {
            @Override
            protected void handlers(Handlers<String> on) {}
        });
        assertThat(catchThrowableOfType(ConfigurationException.class, () -> types.get(impostor))
                        .reason())
                .isEqualTo(ConfigurationException.Reason.UNREGISTERED_TYPE);
    }

    @Test
    void upgradeNeedsAHigherVersionOfARegisteredType() {
        ServerType<State> type = type(HandlerTableTest::get);
        TypeRegistry types = new TypeRegistry(List.of(type), JsonCodec.INSTANCE, CborCodec.INSTANCE, 1024, null);
        assertThat(catchThrowableOfType(ConfigurationException.class, () -> types.upgrade(type))
                        .reason())
                .isEqualTo(ConfigurationException.Reason.INVALID_OPTION);
        types.upgrade(type.version(2));
        assertThat(types.get("t").type().version()).isEqualTo(2);
        assertThat(catchThrowableOfType(
                        ConfigurationException.class,
                        () -> types.upgrade(ServerType.of("u", State.class, () -> new Server(on -> {})))))
                .isNotNull();
    }
}
