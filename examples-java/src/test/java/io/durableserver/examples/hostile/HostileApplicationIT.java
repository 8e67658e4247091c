package io.durableserver.examples.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.CallOptions;
import io.durableserver.DurableServers;
import io.durableserver.NotAppliedException;
import io.durableserver.ServerRef;
import io.durableserver.StartOptions;
import io.durableserver.backend.ignite.IgniteKv;
import io.durableserver.backend.ignite.IgniteKvConfig;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.examples.counter.Counter;
import io.durableserver.ignite.DurableIgnite;
import io.durableserver.ignite.EmbeddedNode;
import io.durableserver.testkit.Effort;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A hostile application and a well-behaved one share the nodes, the prefix and every thread pool. The well-behaved one
 * must see no error, its nodes must not lose their readiness, and what it was told must be in the store afterwards.
 */
@Timeout(900)
class HostileApplicationIT {
    private static final int PORT = 22_500;
    private static final int CALLERS = 4;
    private static final int VANDALS = 8;
    private static final int KEYS = 5;
    private static final int BLOCKED_STAGES = 50;
    /** Longer than any pause of a busy machine of two cores; a call that is starved waits for ever. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    @TempDir
    private Path work;

    private final Map<String, AtomicLong> acknowledged = new ConcurrentHashMap<>();
    private final Queue<Throwable> errors = new ConcurrentLinkedQueue<>();
    private final AtomicLong mischief = new AtomicLong();
    private final AtomicLong slowest = new AtomicLong();
    private final Semaphore blockers = new Semaphore(BLOCKED_STAGES);
    private volatile boolean goesOn = true;

    private DurableIgnite start(String name) {
        return DurableIgnite.start(EmbeddedNode.builder()
                .name(name)
                .workDirectory(work.resolve(name))
                .discoveryPort(PORT)
                .communicationPort(PORT + 50)
                .memoryBytes(64L << 20)
                .persistence(true)
                .persistentMemoryBytes(128L << 20)
                .activateWhen(2)
                .servers(DurableServersConfig.builder()
                        .prefix("shared/")
                        .type(Counter.TYPE)
                        .type(Hostile.TYPE)
                        .type(Hostile.IN_PLACE)
                        .backend(IgniteKv.backend(IgniteKvConfig.builder()
                                .partitions(32)
                                .splitWrites(true)
                                .build()))
                        .build())
                .build());
    }

    @Test
    void aWellBehavedApplicationDoesNotNoticeAHostileOneOnItsNodes() throws InterruptedException {
        Duration time = Duration.ofSeconds(Math.min(300, Effort.count(30)));
        DurableIgnite a = start("a");
        DurableIgnite b = start("b");
        try {
            List<DurableServers> nodes = List.of(a.servers(), b.servers());
            nodes.forEach(servers -> servers.awaitReady(Duration.ofSeconds(60)));
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                int caller = i;
                threads.add(new Thread(() -> count(nodes.get(caller % 2), caller), "well-behaved-" + i));
            }
            for (int i = 0; i < VANDALS; i++) {
                threads.add(
                        new Thread(new Vandal(nodes.get(i % 2), i, () -> goesOn, mischief, blockers), "hostile-" + i));
            }
            threads.add(new Thread(() -> watch(nodes), "watch"));
            threads.forEach(Thread::start);
            Thread.sleep(time.toMillis());
            goesOn = false;
            for (Thread thread : threads) {
                thread.join();
            }
            check(nodes.get(0));
        } finally {
            close(a);
            close(b);
        }
        System.out.printf(
                "hostile: %d acts, well-behaved: %d increments, the slowest in %d ms%n",
                mischief.get(),
                acknowledged.values().stream().mapToLong(AtomicLong::get).sum(),
                slowest.get() / 1_000_000);
        assertThat(errors).isEmpty();
        assertThat(mischief.get()).isGreaterThan(1_000);
        try (DurableIgnite c = start("a");
                DurableIgnite d = start("b")) {
            c.servers().awaitReady(Duration.ofSeconds(60));
            d.servers().awaitReady(Duration.ofSeconds(60));
            check(d.servers());
        }
    }

    /** Hostile servers have states that nobody can store; a well-behaved one must not be among those that are named. */
    private void close(DurableIgnite node) {
        try {
            node.close();
        } catch (NotAppliedException unsaved) {
            if (unsaved.reason() != NotAppliedException.Reason.NOT_STORED
                    || String.valueOf(unsaved.context().get("keys")).contains("good-")) {
                errors.add(unsaved);
            }
        }
    }

    /** Calls, one after the other, with keys that no other caller has: each reply must be the next number. */
    private void count(DurableServers servers, int caller) {
        try {
            for (int turn = 0; goesOn; turn++) {
                String key = "good-" + caller + "-" + turn % KEYS;
                ServerRef counter = servers.ensureStarted(
                        Counter.TYPE, key, new Counter.State(0), StartOptions.DEFAULT.withTimeout(PATIENCE));
                long begun = System.nanoTime();
                long count = counter.call(new Counter.Increment(1), CallOptions.timeout(PATIENCE));
                slowest.accumulateAndGet(System.nanoTime() - begun, Math::max);
                long before =
                        acknowledged.computeIfAbsent(key, k -> new AtomicLong()).getAndSet(count);
                if (count != before + 1) {
                    throw new AssertionError(key + " went from " + before + " to " + count);
                }
            }
        } catch (RuntimeException | AssertionError failure) {
            errors.add(failure);
        }
    }

    private void watch(List<DurableServers> nodes) {
        while (goesOn) {
            for (DurableServers servers : nodes) {
                if (!servers.isReady()) {
                    errors.add(new AssertionError(servers.session() + " is not ready"));
                    return;
                }
            }
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void check(DurableServers servers) {
        assertThat(acknowledged).hasSize(CALLERS * KEYS);
        acknowledged.forEach((key, count) -> assertThat((long)
                        servers.ref(Counter.TYPE, key).call(new Counter.GetCount(), CallOptions.timeout(PATIENCE)))
                .as(key)
                .isEqualTo(count.get()));
    }
}
