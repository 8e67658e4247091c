package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.durableserver.Call;
import io.durableserver.Cast;
import io.durableserver.DurableServer;
import io.durableserver.Handlers;
import io.durableserver.Next;
import io.durableserver.ServerType;
import io.durableserver.runtime.codec.CborCodec;
import io.durableserver.runtime.wire.DirectoryEntry;
import io.durableserver.runtime.wire.Message;
import io.durableserver.runtime.wire.Origin;
import io.durableserver.runtime.wire.RequestTag;
import io.durableserver.runtime.wire.WireFormat;
import io.durableserver.spi.Session;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Headers go with a message to another node, and come from one. */
@Timeout(60)
final class HeadersBetweenNodesTest {
    record State(int n) {}

    record Trace() implements Call<String> {}

    record PassOn(String key) implements Cast {}

    private static final class Server extends DurableServer<State> {
        @Override
        protected void handlers(Handlers<State> on) {
            on.call(
                    Trace.class,
                    (state, trace) -> Next.reply(context().headers().getOrDefault("traceparent", "none"), state));
            on.cast(PassOn.class, (state, pass) -> {
                var next = context().servers().ref(TYPE, pass.key());
                next.callAsync(new Trace());
                next.cast(new PassOn("nobody"));
                return Next.state(state);
            });
        }
    }

    private static final ServerType<State> TYPE = ServerType.of("tracer", State.class, Server::new);
    private static final Session PEER = new Session("peer", "2");
    private static final Map<String, String> HEADERS = Map.of("traceparent", "00-1");

    private final LoneNode node = LoneNode.start(TYPE);

    @BeforeEach
    void twoNodes() {
        node.servers.ensureStarted(TYPE, "here", new State(0));
        node.cluster.sessions(node.servers.session(), PEER);
        node.cluster.putIfAbsent(
                "there",
                WireFormat.encode(
                        new DirectoryEntry("tracer", PEER, 3, DirectoryEntry.Phase.RUNNING, false, Map.of())));
    }

    @AfterEach
    void close() {
        node.close();
    }

    private List<Message> sent(int count) {
        await().until(() -> node.cluster.sent().size() >= count);
        return node.cluster.sent().stream().map(WireFormat::decodeMessage).toList();
    }

    private static byte[] payload(Object message) {
        return CborCodec.INSTANCE.encode(message, message.getClass());
    }

    private static void carries(List<Message> sent) {
        assertThat(sent).hasSize(2);
        assertThat(sent)
                .anySatisfy(message -> assertThat(message)
                        .isInstanceOfSatisfying(
                                Message.CallMessage.class,
                                call -> assertThat(call.origin().headers()).isEqualTo(HEADERS)));
        assertThat(sent)
                .anySatisfy(message -> assertThat(message)
                        .isInstanceOfSatisfying(
                                Message.CastMessage.class,
                                cast -> assertThat(cast.headers()).isEqualTo(HEADERS)));
    }

    @Test
    @SuppressWarnings("FutureReturnValueIgnored") // nobody answers
    void theyLeaveWithACallAndWithACast() {
        var there = node.servers.ref(TYPE, "there").withHeaders(HEADERS);
        there.callAsync(new Trace());
        there.cast(new PassOn("x"));
        carries(sent(2));
    }

    @Test
    void aTurnOfACallFromAnotherNodeHasThem() {
        node.cluster.receive(
                PEER,
                WireFormat.encode(new Message.CallMessage(
                        7,
                        "here",
                        "tracer",
                        Trace.class.getName(),
                        payload(new Trace()),
                        new Origin(List.of(), 5_000_000_000L, RequestTag.NONE, HEADERS))));
        assertThat(sent(1))
                .singleElement()
                .isInstanceOfSatisfying(
                        Message.ReplyMessage.class,
                        reply -> assertThat(CborCodec.INSTANCE.decode(reply.payload(), String.class))
                                .isEqualTo("00-1"));
    }

    @Test
    void whatATurnOfACastFromAnotherNodeSendsHasThemToo() {
        node.cluster.receive(
                PEER,
                WireFormat.encode(new Message.CastMessage(
                        "here", "tracer", PassOn.class.getName(), payload(new PassOn("there")), HEADERS)));
        carries(sent(2));
    }
}
