package io.durableserver.runtime.ownership;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.config.LeaseConfig;
import io.durableserver.runtime.ownership.LeaseClock.Standing;
import java.time.Duration;
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

    @Test
    void leaseIsAtRiskWhenItsRenewalFailsOrHalfOfItIsGone() {
        assertThat(clock.standing(0, false)).isEqualTo(Standing.OUT);
        clock.renewed(100 * SECOND);
        assertThat(clock.standing(104 * SECOND - 1, false)).isEqualTo(Standing.SOUND);
        assertThat(clock.standing(104 * SECOND, false)).isEqualTo(Standing.AT_RISK);
        assertThat(clock.standing(101 * SECOND, true)).isEqualTo(Standing.AT_RISK);
        assertThat(clock.standing(108 * SECOND, true)).isEqualTo(Standing.OUT);
        assertThat(clock.leftNanos(107 * SECOND)).isEqualTo(SECOND);
        assertThat(clock.leftNanos(109 * SECOND)).isZero();
    }

    /** The least lease the configuration allows beside its renewals and margin. */
    @Test
    void leaseThatIsRenewedInTimeIsNeverAtRisk() {
        LeaseConfig tight = LeaseConfig.builder()
                .time(Duration.ofSeconds(9))
                .renewEvery(Duration.ofSeconds(3))
                .margin(Duration.ofMillis(4_499))
                .build();
        LeaseClock tightClock = new LeaseClock(tight);
        tightClock.renewed(0);
        assertThat(tightClock.standing(3 * SECOND + SECOND / 2, false)).isEqualTo(Standing.SOUND);
        assertThat(tightClock.standing(4 * SECOND, false)).isEqualTo(Standing.AT_RISK);
        assertThat(tightClock.standing(5 * SECOND, false)).isEqualTo(Standing.OUT);
    }
}
