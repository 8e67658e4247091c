package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.durableserver.Call;
import io.durableserver.DurableServer;
import io.durableserver.Handlers;
import io.durableserver.Next;
import io.durableserver.ServerType;
import io.durableserver.config.Limits;
import io.durableserver.runtime.codec.CborCodec;
import io.durableserver.runtime.node.Probe.State;
import io.durableserver.runtime.wire.Message;
import io.durableserver.runtime.wire.Origin;
import io.durableserver.runtime.wire.RequestTag;
import io.durableserver.runtime.wire.WireFormat;
import io.durableserver.spi.Session;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What callers on other nodes are told of replies that cannot travel. */
final class AnswersToOthersTest {
    private static final Session PEER = new Session("peer", "2");

    record Give(int kind) implements Call<Object> {}

    private static final class Giver extends DurableServer<State> {
        @Override
        protected void handlers(Handlers<State> on) {
            on.call(Give.class, (state, give) -> Next.reply(reply(give.kind()), state));
        }

        private static Object reply(int kind) {
            return switch (kind) {
                case 0 -> cycle();
                case 1 -> "x".repeat(5_000);
                default -> new Broken();
            };
        }

        private static Object cycle() {
            Object[] cycle = new Object[1];
            cycle[0] = cycle;
            return cycle;
        }
    }

    /** Its getter does not throw an exception, but an error. */
    @SuppressWarnings("DoNotCallSuggester") // the codec calls it
    public static final class Broken {
        public String getText() {
            throw new AssertionError("no text");
        }
    }

    private static String answer(int kind) {
        var type = ServerType.of("giver", State.class, Giver::new);
        try (LoneNode node =
                LoneNode.start(Limits.builder().messageBytes(1 << 10).build(), type)) {
            node.servers.ensureStarted(type, "k", new State(0));
            node.cluster.receive(
                    PEER,
                    WireFormat.encode(new Message.CallMessage(
                            1,
                            "k",
                            "giver",
                            Give.class.getName(),
                            CborCodec.INSTANCE.encode(new Give(kind), Give.class),
                            new Origin(List.of(), 5_000_000_000L, RequestTag.NONE, Map.of()))));
            await().until(() -> !node.cluster.sent().isEmpty());
            Message.ErrorMessage error = (Message.ErrorMessage)
                    WireFormat.decodeMessage(node.cluster.sent().get(0));
            return String.valueOf(error.error().toException().getMessage());
        }
    }

    @Test
    void replyThatCannotBeEncodedSaysWhyAndNothingOfALimit() {
        assertThat(answer(0))
                .startsWith("[REPLY_UNREADABLE] The reply cannot be encoded; the call was applied {key=k, message=")
                .contains("problem=")
                .doesNotContain("limits.messageBytes")
                .doesNotContain("-1");
    }

    @Test
    void replyWhoseGetterFailsWithAnErrorIsUnreadableAndNoDefectOfTheServer() {
        assertThat(answer(2)).startsWith("[REPLY_UNREADABLE] The reply cannot be encoded; the call was applied {key=k");
    }

    @Test
    void replyOverTheLimitSaysTheLimitAndItsSize() {
        assertThat(answer(1))
                .startsWith(
                        "[REPLY_UNREADABLE] The encoded reply is over its limit; the call was applied {key=k, message=")
                .matches(".*option=limits.messageBytes, value=50\\d\\d, bound=1024}");
    }
}
