package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.durableserver.Call;
import io.durableserver.Codec;
import io.durableserver.ConfigurationException;
import io.durableserver.ConfigurationException.Reason;
import io.durableserver.DurableServer;
import io.durableserver.Handlers;
import io.durableserver.Next;
import io.durableserver.Reply;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.StoredState;
import io.durableserver.runtime.codec.JsonCodec;
import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An acknowledged write is one that can be read back (P2). */
@Timeout(60)
final class ReadBackTest {
    record Order(List<String> lines) {}

    record Add(String line) implements Call<Integer> {}

    record Get() implements Call<List<String>> {}

    /** Writes every line, and reads back only those that it likes. */
    private static final class ForgetfulCodec implements Codec {
        @Override
        public String name() {
            return "json";
        }

        @Override
        public byte[] encode(@Nullable Object value, Type type) {
            return JsonCodec.INSTANCE.encode(value, type);
        }

        @Override
        public @Nullable Object decode(byte[] bytes, Type type) {
            Object value = JsonCodec.INSTANCE.decode(bytes, type);
            return value instanceof Order order && !order.lines().isEmpty() ? new Order(List.of()) : value;
        }
    }

    static class Orders extends DurableServer<Order> {
        @Override
        protected void handlers(Handlers<Order> on) {
            on.call(Add.class, (state, add) -> {
                Order next = new Order(List.of(add.line()));
                return Next.reply(next.lines().size(), next).sync();
            });
            on.call(Get.class, (state, get) -> Next.reply(state.lines(), state));
        }
    }

    /** Writes a map and takes it apart by hand. */
    static final class Written extends Orders {
        @Override
        protected Object dump(Order state) {
            Map<String, Object> content = new LinkedHashMap<>();
            content.put("joined", String.join(",", state.lines()));
            return content;
        }

        @Override
        protected Order load(ServerType<Order> type, StoredState stored) {
            String joined = String.valueOf(stored.asMap().get("joined"));
            return new Order(joined.isEmpty() ? List.of() : List.of(joined.split(",", -1)));
        }
    }

    private static final ServerType<Order> FORGETFUL =
            ServerType.of("order", Order.class, Orders::new).stateCodec(new ForgetfulCodec());

    private static ConfigurationException refusal(ThrowingCallable call) {
        ConfigurationException refused = catchThrowableOfType(ConfigurationException.class, call);
        assertThat(refused).isNotNull();
        return refused;
    }

    @Test
    void aStateThatDoesNotComeBackIsNotAcknowledgedAndTheStoredOneStays() {
        try (LoneNode node = LoneNode.start(FORGETFUL)) {
            ServerRef ref = node.servers.ensureStarted(FORGETFUL, "k", new Order(List.of()));

            ConfigurationException refused = refusal(() -> ref.call(new Add("hunter2")));

            assertThat(refused.reason()).isEqualTo(Reason.NOT_ENCODABLE);
            assertThat(refused.context()).containsEntry("path", "lines");
            assertThat(refused.toString()).doesNotContain("hunter2");
            assertThat(ref.call(new Get())).isEmpty();
        }
    }

    @Test
    void anInitialStateThatDoesNotComeBackIsRefusedBeforeAnythingIsStored() {
        try (LoneNode node = LoneNode.start(FORGETFUL)) {
            refusal(() -> node.servers.ensureStarted(FORGETFUL, "k", new Order(List.of("a"))));

            assertThat(node.servers.admin().info("k")).isEmpty();
        }
    }

    @Test
    void aDumpThatIsTakenApartByHandNeedsNoReader() {
        ServerType<Order> type = ServerType.of("order", Order.class, Written::new);
        try (LoneNode node = LoneNode.start(type)) {
            ServerRef ref = node.servers.ensureStarted(type, "k", new Order(List.of()));

            assertThat(ref.call(new Add("a"))).isEqualTo(1);
            assertThat(ref.call(new Get())).containsExactly("a");
        }
    }

    @Test
    @SuppressWarnings({"rawtypes", "unchecked"}) // what a raw type lets in
    void aRawInitialStateOfAnotherClassIsRefusedAndBothClassesAreNamed() {
        record Other(String name) {}
        ServerType<Order> type = ServerType.of("order", Order.class, Orders::new);
        try (LoneNode node = LoneNode.start(type)) {
            ConfigurationException refused =
                    refusal(() -> node.servers.ensureStarted((ServerType) type, "k", new Other("x")));

            assertThat(refused.context())
                    .containsEntry("value", Other.class.getName())
                    .containsEntry("bound", "a value of " + Order.class.getName());
            assertThat(node.servers.admin().info("k")).isEmpty();
        }
    }

    @Test
    @SuppressWarnings({"rawtypes", "unchecked"}) // what a raw type lets in
    void aRawStateOfAnotherClassOutOfATurnIsNotAcknowledged() {
        record Swap() implements Call<String> {}
        record Other(String name) {}
        class Swapping extends Orders {
            @Override
            protected void handlers(Handlers<Order> on) {
                super.handlers(on);
                on.call(Swap.class, (state, swap) ->
                        (Reply) Next.reply("done", new Other("x")).sync());
            }
        }
        ServerType<Order> type = ServerType.of("order", Order.class, Swapping::new);
        try (LoneNode node = LoneNode.start(type)) {
            ServerRef ref = node.servers.ensureStarted(type, "k", new Order(List.of("a")));

            ConfigurationException refused = refusal(() -> ref.call(new Swap()));

            assertThat(refused.context())
                    .containsEntry("value", Other.class.getName())
                    .containsEntry("bound", Order.class.getName());
            assertThat(ref.call(new Get())).containsExactly("a");
        }
    }
}
