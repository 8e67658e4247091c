package io.durableserver.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class ThrottleTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final long NANOS = MINUTE.toNanos();

    @Test
    void oneEventIsAllowedInAnInterval() {
        Throttle throttle = new Throttle(MINUTE);
        assertThat(throttle.allows(5)).isTrue();
        assertThat(throttle.allows(5)).isFalse();
        assertThat(throttle.allows(5 + NANOS - 1)).isFalse();
        assertThat(throttle.allows(5 + NANOS)).isTrue();
        assertThat(throttle.allows(5 + NANOS + 1)).isFalse();
    }

    /** A monotonic clock may have any value, and pass the largest one. */
    @Test
    void theClockMayStartAnywhere() {
        Throttle throttle = new Throttle(MINUTE);
        assertThat(throttle.allows(Long.MAX_VALUE)).isTrue();
        assertThat(throttle.allows(Long.MAX_VALUE + NANOS - 1)).isFalse();
        assertThat(throttle.allows(Long.MAX_VALUE + NANOS)).isTrue();
        assertThat(new Throttle(MINUTE).allows(-NANOS)).isTrue();
    }

    @Test
    void afterAResetTheNextEventIsAllowed() {
        Throttle throttle = new Throttle(MINUTE);
        assertThat(throttle.allows(0)).isTrue();
        throttle.reset();
        assertThat(throttle.allows(1)).isTrue();
        assertThat(throttle.allows(2)).isFalse();
    }

    @Test
    void ofManyThreadsAtOneTimeOneIsAllowed() throws InterruptedException {
        for (int round = 0; round < 200; round++) {
            Throttle throttle = new Throttle(MINUTE);
            CountDownLatch go = new CountDownLatch(1);
            AtomicInteger allowed = new AtomicInteger();
            Thread[] threads = new Thread[4];
            for (int i = 0; i < threads.length; i++) {
                threads[i] = new Thread(() -> {
                    try {
                        go.await();
                    } catch (InterruptedException e) {
                        return;
                    }
                    if (throttle.allows(7)) {
                        allowed.incrementAndGet();
                    }
                });
                threads[i].start();
            }
            go.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(allowed).hasValue(1);
        }
    }

    @Test
    void eachKeyHasItsOwnInterval() {
        Throttle.PerKey throttle = new Throttle.PerKey(MINUTE);
        assertThat(throttle.allows("a", 0)).isTrue();
        assertThat(throttle.allows("b", 1)).isTrue();
        assertThat(throttle.allows("a", NANOS - 1)).isFalse();
        assertThat(throttle.allows("a", NANOS)).isTrue();
        assertThat(throttle.allows("b", NANOS)).isFalse();
    }

    @Test
    void ofTooManyKeysTheOneNotAskedForLongestIsForgotten() {
        Throttle.PerKey throttle = new Throttle.PerKey(MINUTE);
        for (int i = 0; i < Throttle.PerKey.MAX_KEYS; i++) {
            assertThat(throttle.allows("k" + i, 0)).isTrue();
        }
        assertThat(throttle.allows("k0", 1)).isFalse();
        assertThat(throttle.allows("new", 1)).isTrue();
        assertThat(throttle.allows("k0", 2)).isFalse();
        assertThat(throttle.allows("k1", 2)).isTrue();
    }
}
