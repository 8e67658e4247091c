package io.durableserver.runtime.ownership;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.LeaseConfig;
import org.junit.jupiter.api.Test;

class LeaseClockTest {
    private static final long SECOND = 1_000_000_000L;

    private final LeaseClock clock = new LeaseClock(LeaseConfig.DEFAULT);

    @Test
    void leaseEndsBeforeItsTimeByTheMargin() {
        assertThat(clock.isValid(0)).isFalse();
        clock.renewed(100 * SECOND);
        assertThat(clock.isValid(108 * SECOND - 1)).isTrue();
        assertThat(clock.isValid(108 * SECOND)).isFalse();
    }

    @Test
    void monotonicTimeMayWrapAround() {
        clock.renewed(Long.MAX_VALUE - SECOND);
        assertThat(clock.isValid(Long.MIN_VALUE + SECOND)).isTrue();
        assertThat(clock.isValid(Long.MIN_VALUE + 8 * SECOND)).isFalse();
    }

    @Test
    void lostLeaseIsNotValid() {
        clock.renewed(0);
        clock.lost();
        assertThat(clock.isValid(1)).isFalse();
    }
}
