package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.durableserver.Init;
import io.durableserver.Next;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.ServerContext;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.SyncPolicy;
import io.durableserver.admin.DrainReport;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.config.Limits;
import io.durableserver.config.Timeouts;
import io.durableserver.runtime.jdk.JdkScheduler;
import io.durableserver.runtime.jdk.JdkTime;
import io.durableserver.runtime.node.Probe.Ask;
import io.durableserver.runtime.node.Probe.State;
import io.durableserver.runtime.node.Probe.Tell;
import io.durableserver.runtime.testing.LoneCluster;
import io.durableserver.runtime.testing.MemoryBackend;
import io.durableserver.runtime.testing.MemoryBackend.Fault;
import io.durableserver.runtime.testing.UnexaminedCodec;
import io.durableserver.spi.Session;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node that stops says which servers it could not store (P6). */
@Timeout(60)
class DrainReportTest {
    private static final Ask GET = new Ask((state, self) -> Next.reply(state.n(), state));

    private final Probe.Script script = new Probe.Script() {
        @Override
        Init<State> init(State state, ServerContext context) {
            return Init.ok(state).syncPolicy(SyncPolicy.manual(Duration.ZERO));
        }

        @Override
        Object dump(State state) {
            return state.n() == 99 ? Map.of("n", "x".repeat(5_000)) : state;
        }
    };
    private final ServerType<State> type = Probe.type(script);
    private final MemoryBackend backend = new MemoryBackend();
    private final JdkScheduler threads = JdkScheduler.create("test");
    private int incarnations;
    private DurableNode node = start(Duration.ofSeconds(20));

    private DurableNode start(Duration drain) {
        DurableServersConfig config = DurableServersConfig.builder()
                .prefix("t/")
                .backend(context -> backend)
                .type(type)
                .messageCodec(UnexaminedCodec.INSTANCE)
                .limits(Limits.builder().stateBytes(1 << 10).build())
                .timeouts(Timeouts.builder()
                        .write(Duration.ofMillis(200))
                        .drain(drain)
                        .build())
                .build();
        LoneCluster cluster = new LoneCluster(new Session("n", "i" + ++incarnations));
        DurableNode started =
                DurableNode.start(config, cluster.with(threads, new JdkTime()), wanted -> Optional.empty());
        started.awaitReady(Duration.ofSeconds(5));
        return started;
    }

    @AfterEach
    void close() {
        backend.release();
        node.drain();
        threads.close();
    }

    private ServerRef server(String key, long n) {
        ServerRef ref = node.ensureStarted(type, key, new State(0));
        ref.call(new Ask((state, self) -> Next.reply(n, new State(n))));
        return ref;
    }

    @Test
    void nodeThatStoredEverythingSaysSo() {
        server("a", 1);
        server("b", 2);
        assertThat(node.drain()).isEqualTo(new DrainReport(2, 0, java.util.List.of()));
        assertThatCode(node::close).doesNotThrowAnyException();
    }

    @Test
    void nodeWithoutServersHasNothingToSay() {
        assertThat(node.drain()).isEqualTo(DrainReport.NOTHING);
    }

    @Test
    void whatCannotBeStoredIsNamedByKey() {
        server("fine", 1);
        server("large", 99);
        server("down", 3);
        backend.fault(Fault.REFUSED_FOR_GOOD, key -> key.equals("t/down"));
        DrainReport report = node.drain();
        assertThat(report.isClean()).isFalse();
        assertThat(report.stopped()).isEqualTo(3);
        assertThat(report.unsaved()).isEqualTo(2);
        assertThat(report.servers())
                .extracting(DrainReport.Unsaved::key, DrainReport.Unsaved::type, DrainReport.Unsaved::code)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple("large", "probe", "STATE_TOO_LARGE"),
                        org.assertj.core.groups.Tuple.tuple("down", "probe", "STORAGE_UNAVAILABLE"));
        assertThat(node.drain()).as("the same again").isEqualTo(report);
    }

    @Test
    void closeThrowsIt() {
        server("large", 99);
        NotAppliedException error = catchThrowableOfType(NotAppliedException.class, node::close);
        assertThat(error.reason()).isEqualTo(Reason.NOT_STORED);
        assertThat(error.context()).containsEntry("unsaved", "1").containsEntry("keys", "[large]");
        assertThatCode(node::close).as("once").doesNotThrowAnyException();
        assertThat(node.isReady()).isFalse();
    }

    @Test
    void serverThatNobodyCameToAskAboutItsLossIsReported() {
        script.seen.clear();
        ServerRef ref = node.ensureStarted(type, "lost", new State(0));
        CountDownLatch inTurn = new CountDownLatch(1);
        backend.hold(key -> key.equals("t/lost"));
        ref.callAsync(new Ask((state, self) -> Next.reply(0, new State(1)).sync()));
        await().until(() -> backend.held() == 1);
        // Wanted while the first write is in flight, so that it is found out only after the turn.
        ref.cast(new Tell((state, self) -> {
            inTurn.countDown();
            return Next.state(new State(99)).sync();
        }));
        assertThat(inTurn).satisfies(latch -> latch.await());
        backend.release();
        DrainReport report = node.drain();
        assertThat(report.servers()).extracting(DrainReport.Unsaved::key).containsExactly("lost");
    }

    @Test
    void serverWhoseTimeRunsOutIsReported() throws Exception {
        node.drain();
        node = start(Duration.ofMillis(300));
        server("fine", 1);
        ServerRef stuck = server("stuck", 2);
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch inside = new CountDownLatch(1);
        stuck.cast(new Tell((state, self) -> {
            inside.countDown();
            go.await();
            return Next.state(state);
        }));
        inside.await();
        DrainReport report = node.drain();
        go.countDown();
        assertThat(report.stopped()).isEqualTo(2);
        assertThat(report.servers())
                .singleElement()
                .satisfies(
                        server -> assertThat(server.key() + " " + server.code()).isEqualTo("stuck DRAIN_TIMEOUT"));
    }

    @Test
    void reportOfManyIsBounded() {
        for (int i = 0; i < DrainReport.MAX_SERVERS + 5; i++) {
            server("k" + i, 99);
        }
        DrainReport report = node.drain();
        assertThat(report.unsaved()).isEqualTo(DrainReport.MAX_SERVERS + 5);
        assertThat(report.servers()).hasSize(DrainReport.MAX_SERVERS);
        assertThat(report.keys())
                .endsWith(" and " + (DrainReport.MAX_SERVERS + 5 - 20) + " more")
                .hasSizeLessThan(200);
    }

    @Test
    void fencedNodeSaysWhatItDidNotStore() {
        ServerRef ref = server("a", 1);
        server("stored", 2).call(new Ask((state, self) -> Next.reply(1, state).sync()));
        node.fence();
        await().until(() -> node.localCount() == 0);
        DrainReport report = node.drain();
        assertThat(report.stopped()).isEqualTo(2);
        assertThat(report.unsaved()).isEqualTo(1);
        assertThat(report.servers())
                .singleElement()
                .satisfies(
                        server -> assertThat(server.key() + " " + server.code()).isEqualTo("a OWNER_LOST"));
        assertThat(catchThrowableOfType(NotAppliedException.class, node::close).reason())
                .isEqualTo(Reason.NOT_STORED);
        assertThatCode(node::close).as("it was said").doesNotThrowAnyException();
        assertThat(catchThrowableOfType(RuntimeException.class, () -> ref.call(GET)))
                .isNotNull();
    }

    @Test
    void fencedNodeSaysWhatWasStillOnItsWayToTheStore() {
        ServerRef ref = node.ensureStarted(type, "way", new State(0));
        backend.hold(key -> key.equals("t/way"));
        ref.callAsync(new Ask((state, self) -> Next.reply(1L, new State(1)).sync()));
        await().until(() -> backend.held() == 1);
        node.fence();
        await().until(() -> node.localCount() == 0);
        DrainReport report = node.drain();
        assertThat(report.servers())
                .singleElement()
                .satisfies(
                        server -> assertThat(server.key() + " " + server.code()).isEqualTo("way OWNER_LOST"));
    }

    @Test
    void nodeThatIsFencedWhileItDrainsSaysWhatItDidNotStore() {
        server("held", 1);
        backend.hold(key -> key.equals("t/held"));
        CompletableFuture<DrainReport> drain = CompletableFuture.supplyAsync(node::drain, threads.turns());
        await().until(() -> backend.held() == 1);
        node.fence();
        DrainReport report = drain.join();
        assertThat(report.stopped()).isEqualTo(1);
        assertThat(report.servers())
                .singleElement()
                .satisfies(
                        server -> assertThat(server.key() + " " + server.code()).isEqualTo("held OWNER_LOST"));
    }
}
