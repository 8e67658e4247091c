package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.ConfigurationException;
import io.durableserver.NotAppliedException;
import io.durableserver.ServerType;
import io.durableserver.StartOptions;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.runtime.jdk.JdkScheduler;
import io.durableserver.runtime.jdk.JdkTime;
import io.durableserver.runtime.testing.LoneCluster;
import io.durableserver.runtime.testing.MemoryBackend;
import io.durableserver.spi.Membership;
import io.durableserver.spi.Session;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Waiting for a node on real threads. Every wait is given an hour, and ends long before. */
@Timeout(60)
class AwaitReadyTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final MemoryBackend backend = new MemoryBackend();
    private final JdkScheduler scheduler = JdkScheduler.create("await");
    private final LoneCluster cluster = new LoneCluster(new Session("n", "1"));

    private DurableNode start() {
        return DurableNode.start(
                DurableServersConfig.builder()
                        .prefix("t/")
                        .backend(context -> backend)
                        .build(),
                cluster.with(scheduler, new JdkTime()),
                type -> Optional.empty());
    }

    @AfterEach
    void close() {
        scheduler.close();
    }

    @Test
    void wrongConfigurationFailsAtOnceAndIsTriedAgain() {
        ConfigurationException wrong = ConfigurationException.option("igniteKv.dataRegion", "nope", "one of [default]");
        backend.notReady(wrong);
        try (DurableNode node = start()) {
            assertThatThrownBy(() -> node.awaitReady(HOUR))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContainingAll("igniteKv.dataRegion", "nope");
            assertThatThrownBy(() -> node.ensureStartedAsync(
                                    ServerType.of("x", String.class, () -> null), "k", "", StartOptions.DEFAULT)
                            .toCompletableFuture()
                            .get(10, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOfSatisfying(
                            NotAppliedException.class,
                            refused -> assertThat(refused.reason()).isEqualTo(NotAppliedException.Reason.NOT_READY))
                    .hasCause(wrong);
            assertThat(node.awaitReadyAsync(HOUR))
                    .failsWithin(Duration.ofSeconds(30))
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(ConfigurationException.class)
                    .withMessageContainingAll("igniteKv.dataRegion", "nope");

            backend.notReady(null);
            Awaitility.await().until(node::isReady);
            node.awaitReady(HOUR);
            assertThat(node.awaitReadyAsync(Duration.ZERO)).succeedsWithin(Duration.ofSeconds(30));
        }
    }

    @Test
    void storeThatIsDownIsWaitedFor() throws Exception {
        NotAppliedException down =
                new NotAppliedException(NotAppliedException.Reason.STORAGE_UNAVAILABLE, "no connection", Map.of());
        backend.notReady(down);
        try (DurableNode node = start()) {
            assertThatThrownBy(() -> node.awaitReady(Duration.ofMillis(100)))
                    .isInstanceOf(NotAppliedException.class)
                    .hasCause(down);
            assertThat(node.awaitReadyAsync(Duration.ofMillis(100)))
                    .failsWithin(Duration.ofSeconds(30))
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(NotAppliedException.class)
                    .withCause(down);
            CompletableFuture<Thread> stage = node.awaitReadyAsync(HOUR)
                    .thenApply(ready -> Thread.currentThread())
                    .toCompletableFuture();
            CompletableFuture<Void> waiting =
                    CompletableFuture.runAsync(() -> node.awaitReady(HOUR), scheduler.turns());
            backend.notReady(null);
            waiting.get(30, TimeUnit.SECONDS);
            assertThat(stage.get(30, TimeUnit.SECONDS).getName()).contains("application");
        }
    }

    @Test
    void nodeThatClosesOrIsCutOffIsNotWaitedFor() {
        backend.notReady(new IllegalStateException("down"));
        for (Runnable end : List.<Runnable>of(() -> {}, () -> cluster.tell(new Membership.Event.Segmented()))) {
            DurableNode node = start();
            CompletableFuture<Void> waiting =
                    CompletableFuture.runAsync(() -> node.awaitReady(HOUR), scheduler.turns());
            CompletionStage<Void> stage = node.awaitReadyAsync(HOUR);
            end.run();
            node.close();
            for (CompletionStage<Void> told : List.of(waiting, stage, node.awaitReadyAsync(HOUR))) {
                assertThat(told)
                        .failsWithin(Duration.ofSeconds(30))
                        .withThrowableThat()
                        .havingCause()
                        .isInstanceOf(NotAppliedException.class);
            }
        }
    }
}
