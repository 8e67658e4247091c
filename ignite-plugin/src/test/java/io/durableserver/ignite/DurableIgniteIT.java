package io.durableserver.ignite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.Call;
import io.durableserver.DurableServer;
import io.durableserver.Handlers;
import io.durableserver.Next;
import io.durableserver.NotAppliedException;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.testkit.backend.InMemoryBackend;
import io.durableserver.testkit.backend.InMemoryStore;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real runtime on real Ignite nodes: one counter, called from everywhere, and its node leaves. */
@Timeout(120)
class DurableIgniteIT {
    private static final int PORT = 19_100;

    @TempDir
    private Path work;

    private final InMemoryStore store = new InMemoryStore();

    private DurableIgnite start(String name) {
        return DurableIgnite.start(EmbeddedNode.builder()
                .name(name)
                .workDirectory(work.resolve(name))
                .discoveryPort(PORT)
                .communicationPort(PORT + 50)
                .memoryBytes(64L << 20)
                .servers(DurableServersConfig.builder()
                        .prefix("counters/")
                        .type(Counter.TYPE)
                        .backend(InMemoryBackend.factory(store))
                        .build())
                .build());
    }

    @Test
    void aServerIsCalledFromAnyNodeAndOutlivesItsOwn() {
        try (DurableIgnite a = start("a");
                DurableIgnite b = start("b")) {
            a.servers().awaitReady(Duration.ofSeconds(30));
            b.servers().awaitReady(Duration.ofSeconds(30));
            ServerRef fromA = a.servers().ensureStarted(Counter.TYPE, "visits", new Counter.State(0));
            ServerRef fromB = b.servers().ref(Counter.TYPE, "visits");
            assertThat(fromA.call(new Counter.Add(2))).isEqualTo(2);
            assertThat(fromB.call(new Counter.Add(3))).isEqualTo(5);
            var owner = a.servers().admin().lookup("visits").orElseThrow().session();
            assertThat(b.servers().admin().lookup("visits").orElseThrow().session())
                    .isEqualTo(owner);

            DurableIgnite leaving = owner.equals(a.servers().session()) ? a : b;
            ServerRef staying = leaving == a ? fromB : fromA;
            leaving.close();
            DurableIgnite left = leaving == a ? b : a;
            // Until it hears that the other is gone, a call may go there and have an unknown end.
            Awaitility.await().until(() -> left.ignite().cluster().nodes().size() == 1);
            assertThat(staying.call(new Counter.Add(4))).isEqualTo(9);
        }
    }

    @Test
    void closeNamesTheServersItCouldNotStore() {
        DurableIgnite node = start("lone");
        node.servers().awaitReady(Duration.ofSeconds(30));
        ServerRef fine = node.servers().ensureStarted(Counter.TYPE, "fine", new Counter.State(0));
        fine.call(new Counter.Add(1));
        ServerRef large = node.servers().ensureStarted(Counter.TYPE, "large", new Counter.State(0));
        large.call(new Counter.Lazily(Counter.UNSTORABLE));
        assertThatThrownBy(node::close)
                .isInstanceOfSatisfying(
                        NotAppliedException.class,
                        e -> assertThat(e.reason()).isEqualTo(NotAppliedException.Reason.NOT_STORED))
                .hasMessageContaining("[large]");
        assertThatCode(node::close).doesNotThrowAnyException();
    }

    private static final class Counter extends DurableServer<Counter.State> {
        record State(long count) {}

        record Add(long by) implements Call<Long> {}

        record Lazily(long by) implements Call<Long> {}

        static final long UNSTORABLE = -7;

        static final ServerType<State> TYPE = ServerType.of("counter", State.class, Counter::new);

        @Override
        protected Object dump(State state) {
            if (state.count() == UNSTORABLE) {
                throw new IllegalStateException("not this one");
            }
            return state;
        }

        @Override
        protected void handlers(Handlers<State> on) {
            on.call(Lazily.class, (state, add) -> Next.reply(add.by(), new State(add.by())));
            on.call(Add.class, (state, add) -> {
                State next = new State(state.count() + add.by());
                return Next.reply(next.count(), next).sync();
            });
        }
    }
}
