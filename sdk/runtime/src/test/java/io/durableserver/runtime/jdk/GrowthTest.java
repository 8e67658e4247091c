package io.durableserver.runtime.jdk;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GrowthTest {
    private static final long TICK = PoolWatch.TICK_NANOS;

    private final Growth growth = new Growth(2, 256);
    private long begun;

    private boolean look(boolean waiting, long moved) {
        begun += moved;
        return growth.look(TICK, waiting, begun, 0);
    }

    @Test
    void manyShortTasksNeedNoMoreThreads() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(look(true, 500)).isTrue();
            assertThat(growth.wanted()).isEqualTo(2);
        }
    }

    @Test
    void aQueueThatStandsStillOrCrawlsWantsMoreThreadsUpToTheMaximum() {
        for (int i = 0; i < 20; i++) {
            look(true, i % 2);
        }
        assertThat(growth.wanted()).isEqualTo(256);
    }

    @Test
    void threadsThatEachGetThroughALittleAreEnough() {
        look(true, 0);
        look(true, 0);
        int wanted = growth.wanted();
        assertThat(wanted).isGreaterThan(2);
        for (int i = 0; i < 100; i++) {
            look(true, 10L * wanted);
        }
        assertThat(growth.wanted()).isEqualTo(wanted);
    }

    @Test
    void aPaceThatLeavesNoTimeForWaitingNeedsNoMoreThreadsUnlessTheyWaitForEachOther() {
        for (int i = 0; i < 4; i++) {
            look(true, 0);
        }
        int many = growth.wanted();
        assertThat(many).isGreaterThan(6);
        long pace = 30L * many;
        for (int i = 0; i < 100; i++) {
            begun += pace;
            growth.look(TICK, true, begun, many / 2);
        }
        assertThat(growth.wanted()).isEqualTo(many);
        for (int i = 0; i < 100; i++) {
            look(true, pace);
        }
        assertThat(growth.wanted()).isEqualTo(2);
    }

    @Test
    void whenTheTasksAreShortAgainOrThereAreNoneTheNumberGoesBack() {
        for (int i = 0; i < 20; i++) {
            look(true, 0);
        }
        for (int i = 0; i < 300; i++) {
            look(true, 1_000_000);
        }
        assertThat(growth.wanted()).isEqualTo(2);
        for (int i = 0; i < 20; i++) {
            look(true, 0);
        }
        int looks = 0;
        while (look(false, 0)) {
            assertThat(++looks).isLessThan(200);
        }
        assertThat(growth.wanted()).isEqualTo(2);
    }

    @Test
    void aLateLookCountsTheTimeThatPassed() {
        begun += 500;
        growth.look(10 * TICK, true, begun, 0);
        assertThat(growth.wanted()).isEqualTo(2);
        begun += 50;
        growth.look(10 * TICK, true, begun, 0);
        assertThat(growth.wanted()).isEqualTo(3);
    }
}
