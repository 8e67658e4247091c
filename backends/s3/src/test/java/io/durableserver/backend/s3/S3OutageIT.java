package io.durableserver.backend.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.s3test.S3TestServer;
import io.durableserver.testkit.TestCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * The store goes away under load and comes back. {@code -Ddurableserver.s3.outageSeconds=20} makes it stay away that long.
 */
class S3OutageIT {
    private static final Duration OUTAGE = Duration.ofSeconds(Long.getLong("durableserver.s3.outageSeconds", 5));
    private static final int CALLERS = 8;

    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong unknown = new AtomicLong();
    private final AtomicLong notApplied = new AtomicLong();
    private final List<Throwable> others = new CopyOnWriteArrayList<>();
    private volatile boolean over;

    @Test
    void strictCallersAreToldTheTruthAndServersComeBackByThemselves() throws InterruptedException {
        try (S3TestServer server = S3TestServer.builder().bucket("outage").start();
                TestCluster cluster = cluster(server)) {
            cluster.servers(0).ensureStarted(Ticker.TYPE, "k", new Ticker.State(0));
            List<Thread> callers = new ArrayList<>();
            for (int caller = 0; caller < CALLERS; caller++) {
                int node = caller % cluster.size();
                Thread thread = new Thread(() -> call(cluster, node), "caller-" + caller);
                thread.start();
                callers.add(thread);
            }
            await("increments before the outage", acknowledged, 100);

            server.goDown();
            long failedBefore = unknown.get() + notApplied.get();
            Awaitility.await().pollDelay(OUTAGE).atMost(OUTAGE.plusMinutes(1)).until(() -> true);
            assertThat(unknown.get() + notApplied.get())
                    .as("errors of the outage")
                    .isGreaterThan(failedBefore);

            server.comeUp();
            await("increments after the outage", acknowledged, acknowledged.get() + 100);
            over = true;
            for (Thread caller : callers) {
                caller.join();
            }
            long count = cluster.servers(0).ref(Ticker.TYPE, "k").call(new Ticker.Get());
            System.out.printf(
                    "outage of %d s: acknowledged %d, unknown %d, not applied %d, stored %d%n",
                    OUTAGE.toSeconds(), acknowledged.get(), unknown.get(), notApplied.get(), count);
            assertThat(others).isEmpty();
            assertThat(count).isBetween(acknowledged.get(), acknowledged.get() + unknown.get());
        } finally {
            over = true;
        }
    }

    private static TestCluster cluster(S3TestServer server) {
        return TestCluster.builder()
                .nodes(2)
                .types(Ticker.TYPE)
                .configure(config -> config.backend(
                        S3.backend(TestNode.on(server).bucket("outage").build())))
                .start();
    }

    private void call(TestCluster cluster, int node) {
        while (!over) {
            try {
                cluster.servers(node).ref(Ticker.TYPE, "k").call(new Ticker.Add(1));
                acknowledged.incrementAndGet();
            } catch (NotAppliedException e) {
                notApplied.incrementAndGet();
            } catch (OutcomeUnknownException e) {
                unknown.incrementAndGet();
            } catch (DurableServerException e) {
                others.add(e);
            }
        }
    }

    private static void await(String what, AtomicLong count, long atLeast) {
        Awaitility.await(what).atMost(Duration.ofMinutes(2)).until(() -> count.get() >= atLeast);
    }
}
