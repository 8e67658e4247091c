package io.durableserver.ignite.map;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ArbiterWatchTest {
    private static final Duration A_WHILE = Duration.ofSeconds(2);

    private final ManualScheduler scheduler = new ManualScheduler();
    private final AtomicInteger told = new AtomicInteger();
    private int[] own = {1, 2};
    private @Nullable RuntimeException failure;
    private final ArbiterWatch watch = new ArbiterWatch("cache", this::own, Runnable::run, scheduler);

    private int[] own() {
        if (failure != null) {
            throw failure;
        }
        return own;
    }

    @Test
    void aListenerThatThrowsIsToldOfTheNextMoveAndSoAreOthers() {
        watch.listen(() -> {
            throw new IllegalArgumentException("on purpose");
        });
        watch.listen(told::incrementAndGet);
        scheduler.advance(A_WHILE);
        int before = told.get();
        assertThat(before).isPositive();
        own = new int[] {1};
        scheduler.advance(A_WHILE);
        assertThat(told.get()).isEqualTo(before + 1);
    }

    @Test
    void aLookThatFailsIsRepeated() {
        failure = new NullPointerException("on purpose");
        watch.listen(told::incrementAndGet);
        scheduler.advance(A_WHILE);
        assertThat(told.get()).isZero();
        failure = null;
        scheduler.advance(A_WHILE);
        assertThat(told.get()).isEqualTo(1);
    }

    /** Whatever it read before it listened may have moved in silence. */
    @Test
    void whoComesLaterIsToldOnceAtLeast() {
        watch.listen(() -> {});
        scheduler.advance(A_WHILE);
        watch.listen(told::incrementAndGet);
        scheduler.advance(A_WHILE);
        assertThat(told.get()).isEqualTo(1);
    }

    @Test
    void nobodyLooksWhenNobodyListensAndAgainWhenSomebodyDoes() {
        watch.listen(told::incrementAndGet).close();
        scheduler.advance(A_WHILE);
        assertThat(scheduler.waiting()).isZero();
        watch.listen(told::incrementAndGet);
        scheduler.advance(A_WHILE);
        assertThat(told.get()).isEqualTo(2);
        watch.close();
        scheduler.advance(A_WHILE);
        assertThat(scheduler.waiting()).isZero();
    }
}
