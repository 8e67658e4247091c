package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.durableserver.CallOptions;
import io.durableserver.Init;
import io.durableserver.Next;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.ServerContext;
import io.durableserver.ServerRef;
import io.durableserver.StartOptions;
import io.durableserver.config.LeaseConfig;
import io.durableserver.runtime.node.Probe.Ask;
import io.durableserver.runtime.node.Probe.State;
import io.durableserver.runtime.node.Probe.Tell;
import io.durableserver.runtime.testing.Tries;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** User code that blocks, wherever it runs, costs the thread it blocks and nothing else. */
class NodeBlockingTest extends ProbedNode {
    private static final int MANY = 40 * Math.min(5, Tries.EFFORT);

    private static final CountDownLatch INITIALIZED = new CountDownLatch(1);

    private final CountDownLatch release = new CountDownLatch(1);

    /** Its initialization takes until the test is over, and so does whoever else needs the class. */
    private static final class SlowlyInitialized {
        static final long NUMBER = initialized();

        private static long initialized() {
            awaitUntil(INITIALIZED);
            return 1;
        }
    }

    @FunctionalInterface
    interface Block {
        void run(CountDownLatch until) throws Exception;
    }

    record Kind(String name, Block block) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Kind> kinds() {
        Object monitor = new Object();
        ReentrantLock lock = new ReentrantLock();
        Condition never = lock.newCondition();
        return Stream.of(
                new Kind("sleep", until -> {
                    while (until.getCount() > 0) {
                        Thread.sleep(20);
                    }
                }),
                new Kind("a monitor", until -> {
                    synchronized (monitor) {
                        awaitUntil(until);
                    }
                }),
                new Kind("Object.wait", until -> {
                    Object mine = new Object();
                    synchronized (mine) {
                        while (until.getCount() > 0) {
                            mine.wait(20);
                        }
                    }
                }),
                new Kind("a lock", until -> {
                    lock.lock();
                    try {
                        while (until.getCount() > 0) {
                            boolean signalled = never.await(20, TimeUnit.MILLISECONDS);
                            assertThat(signalled).isFalse();
                        }
                    } finally {
                        lock.unlock();
                    }
                }),
                new Kind(
                        "initialization of a class",
                        until -> assertThat(SlowlyInitialized.NUMBER).isEqualTo(1)));
    }

    private static void awaitUntil(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterEach
    void release() {
        release.countDown();
        INITIALIZED.countDown();
    }

    private Tell held(CountDownLatch inside, Block block) {
        return new Tell((state, self) -> {
            inside.countDown();
            block.run(release);
            return Next.state(state);
        });
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void serversThatBlockInWhateverLetOthersStartAndAnswer(Kind kind) throws Exception {
        CountDownLatch inside = new CountDownLatch(MANY);
        List<ServerRef> held = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            held.add(ref("held-" + i));
        }
        ServerRef idle = ref("idle");
        held.forEach(ref -> ref.cast(held(inside, kind.block())));
        assertThat(inside.await(30, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < 20; i++) {
            assertThat((Long) idle.call(GET)).isZero();
            assertThat((Long) ref("fresh-" + i).call(set(i))).isEqualTo(i);
            assertThat(idle.callAsync(GET).toCompletableFuture().get(5, TimeUnit.SECONDS))
                    .isEqualTo(0L);
        }
        release();
        for (ServerRef ref : held) {
            assertThat((Long) ref.call(GET)).isZero();
        }
    }

    /** More turns than there may be threads: who waits is told in time that nothing ran, starts go on, and all goes on. */
    @Test
    void whenEveryTurnThreadIsHeldCallersAreToldAndStartsGoOn() throws Exception {
        int all = 256;
        CountDownLatch inside = new CountDownLatch(all);
        List<ServerRef> held = new ArrayList<>();
        for (int i = 0; i < all; i++) {
            held.add(ref("held-" + i));
        }
        ServerRef idle = ref("idle");
        held.forEach(ref -> ref.cast(held(inside, NodeBlockingTest::awaitUntil)));
        assertThat(inside.await(40, TimeUnit.SECONDS)).isTrue();
        if (Runtime.version().feature() < 24) {
            NotAppliedException late = catchThrowableOfType(
                    NotAppliedException.class, () -> idle.call(set(1), CallOptions.timeout(Duration.ofMillis(200))));
            assertThat(late.reason()).isEqualTo(Reason.DEADLINE_BEFORE_START);
        }
        ServerRef fresh = ref("fresh");
        release();
        assertThat((Long) idle.call(GET)).isZero();
        assertThat((Long) fresh.call(GET)).isZero();
    }

    /** The turns wait for starts, which need threads too. */
    @Test
    void turnsThatWaitForStartsDoNotKeepThemFromTheirThreads() throws Exception {
        List<CompletableFuture<Object>> started = new ArrayList<>();
        List<ServerRef> waiting = new ArrayList<>();
        for (int i = 0; i < 256; i++) {
            waiting.add(ref("waiting-" + i));
        }
        for (int i = 0; i < 256; i++) {
            String other = "started-" + i;
            started.add(waiting.get(i)
                    .<Object>callAsync(new Ask((state, self) -> Next.reply(
                            self.ctx()
                                    .servers()
                                    .ensureStartedAsync(Probe.type(script), other, new State(7), StartOptions.DEFAULT)
                                    .toCompletableFuture()
                                    .get(10, TimeUnit.SECONDS)
                                    .key(),
                            state)))
                    .toCompletableFuture());
        }
        for (int i = 0; i < 256; i++) {
            assertThat(started.get(i).get(20, TimeUnit.SECONDS)).isEqualTo("started-" + i);
        }
    }

    @Test
    void startsThatBlockLetOthersAnswer() throws Exception {
        CountDownLatch inside = new CountDownLatch(40);
        Probe.Script slow = new Probe.Script() {
            @Override
            Init<State> init(State state, ServerContext context) {
                if (context.key().startsWith("slow")) {
                    inside.countDown();
                    awaitUntil(release);
                }
                return Init.ok(state);
            }
        };
        restart(io.durableserver.config.Limits.DEFAULT, slow);
        ServerRef idle = ref("idle");
        List<CompletableFuture<ServerRef>> starts = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            starts.add(node.servers
                    .ensureStartedAsync(Probe.type(slow), "slow-" + i, new State(0), StartOptions.DEFAULT)
                    .toCompletableFuture());
        }
        assertThat(inside.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat((Long) idle.call(GET)).isZero();
        assertThat((Long) ref("other").call(GET)).isZero();
        release();
        for (CompletableFuture<ServerRef> start : starts) {
            start.get(20, TimeUnit.SECONDS);
        }
    }

    private long renewals() throws Exception {
        String lease = "t/__nodes/n/" + node.servers.session().incarnation();
        ReadResult read = node.backend
                .get(lease, ReadMode.STRONG, Duration.ofSeconds(1))
                .toCompletableFuture()
                .get();
        return io.durableserver.runtime.record.LeaseFormat.decode(lease, ((ReadResult.Found) read).record())
                .renewals();
    }

    /** As many stages as their executor has threads, and more: all of them asleep. */
    @Test
    void stagesOfApplicationsThatBlockHoldUpNoLeaseNoCallNoStartAndNoDeadline() throws Exception {
        node.close();
        node = LoneNode.start(
                LeaseConfig.builder()
                        .time(Duration.ofSeconds(1))
                        .renewEvery(Duration.ofMillis(100))
                        .margin(Duration.ofMillis(200))
                        .build(),
                Probe.type(script));
        ServerRef ref = ref();
        ServerRef held = ref("held");
        ref("joined");
        CountDownLatch inside = new CountDownLatch(256);
        CountDownLatch go = new CountDownLatch(1);
        ref.cast(new Tell((state, self) -> {
            awaitUntil(go);
            return Next.state(state);
        }));
        for (int i = 0; i < 300; i++) {
            var unused = ref.callAsync(GET).thenAccept(value -> {
                inside.countDown();
                awaitUntil(release);
            });
        }
        go.countDown();
        assertThat(inside.await(30, TimeUnit.SECONDS)).isTrue();
        long before = renewals();
        held.cast(held(new CountDownLatch(1), NodeBlockingTest::awaitUntil));
        while (renewals() < before + 12) {
            assertThat((Long) ref.call(GET)).isZero();
            assertThat((Long) ref("other-" + renewals()).call(GET)).isZero();
            assertThat(node.servers.admin().lookup("k")).isPresent();
            assertThat(node.servers.isReady()).isTrue();
        }
        NotAppliedException late = catchThrowableOfType(
                NotAppliedException.class, () -> held.call(GET, CallOptions.timeout(Duration.ofMillis(100))));
        assertThat(late.reason()).isEqualTo(Reason.DEADLINE_BEFORE_START);
        assertThat((Long) ref.call(joined("joined"))).isZero();
    }

    private Ask joined(String key) {
        return new Ask((state, self) -> Next.reply(
                self.ctx()
                        .servers()
                        .ref(Probe.type(script), key)
                        .callAsync(GET)
                        .toCompletableFuture()
                        .join(),
                state));
    }

    @Test
    void stagesThatCallTheServerTheyCameFromDoNotWaitForThemselves() throws Exception {
        ServerRef ref = ref();
        List<CompletableFuture<Object>> all = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            all.add(ref.callAsync(GET).thenApply(value -> ref.call(GET)).toCompletableFuture());
        }
        for (CompletableFuture<Object> one : all) {
            assertThat(one.get(5, TimeUnit.SECONDS)).isEqualTo(0L);
        }
    }

    @Test
    void stagesOfApplicationsEndOnThreadsOfTheirOwn() throws Exception {
        ServerRef ref = ref();
        Map<String, CompletableFuture<String>> threads = Map.of(
                "call",
                        thread(ref.callAsync(new Ask((state, self) -> {
                            Thread.sleep(50);
                            return Next.reply(1L, state);
                        }))),
                "start",
                        thread(node.servers.ensureStartedAsync(
                                Probe.type(script), "a", new State(0), StartOptions.DEFAULT)),
                "stop", thread(node.servers.admin().terminateAsync("k", io.durableserver.Termination.GRACEFUL)));
        for (var thread : threads.entrySet()) {
            assertThat(thread.getValue().get(5, TimeUnit.SECONDS))
                    .as(thread.getKey())
                    .satisfiesAnyOf(
                            name -> assertThat(name).startsWith("test-application-"),
                            // The stage had ended when this thread chained something on it.
                            name -> assertThat(name)
                                    .isEqualTo(Thread.currentThread().getName()));
        }
    }

    private static CompletableFuture<String> thread(java.util.concurrent.CompletionStage<?> stage) {
        return stage.thenApply(value -> Thread.currentThread().getName()).toCompletableFuture();
    }
}
