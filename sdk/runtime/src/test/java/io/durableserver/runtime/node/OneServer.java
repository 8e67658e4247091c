package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.Call;
import io.durableserver.Cast;
import io.durableserver.DurableServer;
import io.durableserver.Handlers;
import io.durableserver.Next;
import io.durableserver.NotAppliedException;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.config.Limits;
import io.durableserver.runtime.codec.CborCodec;
import io.durableserver.runtime.wire.Message;
import io.durableserver.runtime.wire.WireFormat;
import io.durableserver.spi.Session;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** A server of one type whose turn can be held, on a node that knows another type as well. */
@Timeout(60)
abstract class OneServer {
    record State(int n) {}

    record Get() implements Call<Integer> {}

    record Add() implements Cast {}

    record Hold() implements Cast {}

    final AtomicInteger added = new AtomicInteger();
    private final CountDownLatch inside = new CountDownLatch(1);
    final CountDownLatch go = new CountDownLatch(1);

    private final class Server extends DurableServer<State> {
        @Override
        protected void handlers(Handlers<State> on) {
            on.call(Get.class, (state, get) -> Next.reply(added.get(), state));
            on.cast(Add.class, (state, add) -> {
                added.incrementAndGet();
                return Next.state(state);
            });
            on.cast(Hold.class, (state, hold) -> {
                inside.countDown();
                go.await();
                return Next.state(state);
            });
        }
    }

    static final Session PEER = new Session("peer", "2");

    final ServerType<State> type = ServerType.of("right", State.class, Server::new);
    final ServerType<State> other = ServerType.of("wrong", State.class, Server::new);
    final LoneNode node = LoneNode.start(Limits.builder().mailboxCapacity(16).build(), type, other);

    @AfterEach
    void close() {
        go.countDown();
        node.close();
    }

    ServerRef held() throws InterruptedException {
        ServerRef ref = node.servers.ensureStarted(type, "k", new State(0));
        ref.cast(new Hold());
        inside.await();
        return ref;
    }

    /** Fills the mailbox of a server whose turn lasts; returns how many casts are in it. */
    static int fill(ServerRef ref) {
        int taken = 0;
        while (true) {
            try {
                ref.cast(new Add());
                taken++;
            } catch (NotAppliedException full) {
                assertThat(full.reason()).isEqualTo(NotAppliedException.Reason.MAILBOX_FULL);
                return taken;
            }
        }
    }

    void remoteCast(String key, String typeName) {
        node.cluster.receive(
                PEER,
                WireFormat.encode(new Message.CastMessage(
                        key,
                        typeName,
                        Add.class.getName(),
                        CborCodec.INSTANCE.encode(new Add(), Add.class),
                        Map.of())));
    }
}
