package io.durableserver.runtime.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.runtime.events.Facts;
import io.durableserver.runtime.testing.ManualScheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BackgroundSyncTest {
    private final ManualScheduler clock = new ManualScheduler();
    private final BackgroundSync background = new BackgroundSync(clock, clock, Facts.onlyLogged());
    private final AtomicInteger synced = new AtomicInteger();

    @Test
    void dirtyServerIsStoredOnceItsIntervalIsOver() {
        BackgroundSync.Dirty server = synced::incrementAndGet;
        background.dirty(server, Duration.ofSeconds(30));
        clock.advance(Duration.ofSeconds(20));
        background.dirty(server, Duration.ofSeconds(30));
        clock.advance(Duration.ofSeconds(9));
        assertThat(synced).hasValue(0);
        clock.advance(Duration.ofSeconds(2));
        assertThat(synced).hasValue(1);
        clock.advance(Duration.ofMinutes(5));
        assertThat(synced).hasValue(1);
    }

    @Test
    void serversAreStoredInTheOrderInWhichTheyBecameDirtyAndOneThatFailsIsTriedAgain() {
        List<String> order = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            int number = i;
            background.dirty(
                    () -> {
                        order.add("s" + number);
                        if (number == 3 && order.size() < 10) {
                            throw new OutOfMemoryError("no thread");
                        }
                    },
                    Duration.ofSeconds(1));
        }
        clock.advance(Duration.ofSeconds(5));
        assertThat(order).hasSize(51).startsWith("s0", "s1", "s2", "s3", "s4").endsWith("s49", "s3");
    }

    @Test
    void failedWriteIsTriedAgainAfterPausesThatDoubleWhateverTheInterval() {
        List<Long> seconds = new ArrayList<>();
        long begun = clock.nanoTime();
        BackgroundSync.Dirty server = new BackgroundSync.Dirty() {
            @Override
            public void syncDue() {
                seconds.add(Duration.ofNanos(clock.nanoTime() - begun).toSeconds());
                background.again(this, seconds.size() + 1);
            }
        };
        background.dirty(server, Duration.ofMinutes(10));
        background.again(server, 1);
        clock.advance(Duration.ofMinutes(3));
        assertThat(seconds).startsWith(0L, 0L, 1L, 3L, 7L, 15L, 31L).hasSizeBetween(10, 12);
    }

    @Test
    void nextTryOfAFailedWriteIsNoLaterThanTheInterval() {
        BackgroundSync.Dirty server = synced::incrementAndGet;
        background.dirty(server, Duration.ofSeconds(1));
        background.again(server, 20);
        clock.advance(Duration.ofSeconds(2));
        assertThat(synced).hasValue(1);
    }

    @Test
    void idleNodeHasNoTicker() {
        assertThat(clock.timers()).isZero();
        background.dirty(synced::incrementAndGet, Duration.ofSeconds(1));
        assertThat(clock.timers()).isEqualTo(1);
        clock.advance(Duration.ofSeconds(2));
        assertThat(clock.timers()).isZero();
    }

    @Test
    void serverThatIsDirtyAgainIsStoredAgain() {
        background.dirty(
                new BackgroundSync.Dirty() {
                    @Override
                    public void syncDue() {
                        if (synced.incrementAndGet() < 3) {
                            background.dirty(this, Duration.ofSeconds(1));
                        }
                    }
                },
                Duration.ofSeconds(1));
        clock.advance(Duration.ofSeconds(10));
        assertThat(synced).hasValue(3);
    }

    @Test
    void forgottenServersAndClosedNodesStoreNothing() {
        BackgroundSync.Dirty server = synced::incrementAndGet;
        background.dirty(server, Duration.ofSeconds(1));
        background.forget(server);
        clock.advance(Duration.ofSeconds(5));
        background.dirty(server, Duration.ofSeconds(1));
        background.close();
        clock.advance(Duration.ofSeconds(5));
        assertThat(synced).hasValue(0);
        assertThat(clock.timers()).isZero();
    }
}
