package io.durableserver.runtime.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.ConfigurationException;
import io.durableserver.DurableServerException;
import io.durableserver.HandlerFailedException;
import io.durableserver.NotAppliedException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.RejectedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When a call is sent again, and what its caller is told in the end. */
class RetryStepsTest {
    private static final long HOUR = Duration.ofHours(1).toNanos();

    private static NotAppliedException refused(NotAppliedException.Reason reason) {
        return new NotAppliedException(reason, "no", Map.of());
    }

    private static OutcomeUnknownException unknown(OutcomeUnknownException.Reason reason) {
        return new OutcomeUnknownException(reason, "who knows", Map.of());
    }

    @ParameterizedTest
    @EnumSource
    void whatWasNotAppliedIsSentAgainWhereThatMayHelp(NotAppliedException.Reason reason) {
        for (boolean known : List.of(true, false)) {
            assertThat(new RetrySteps(known, 1).after(refused(reason), HOUR) != null)
                    .isEqualTo(reason.retryable());
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatMayHaveBeenAppliedIsSentAgainOnlyWhereItsServerKnowsIt(OutcomeUnknownException.Reason reason) {
        boolean helps = List.of("DEADLINE", "OWNER_LOST", "AMBIGUOUS_WRITE").contains(reason.name());
        assertThat(new RetrySteps(true, 1).after(unknown(reason), HOUR) != null).isEqualTo(helps);
        assertThat(new RetrySteps(false, 1).after(unknown(reason), HOUR)).isNull();
    }

    @Test
    void whatIsCertainIsTold() {
        List<DurableServerException> certain = List.of(
                new RejectedException("NO", "no", Map.of()),
                new HandlerFailedException("Error", "it threw", Map.of()),
                new ConfigurationException(ConfigurationException.Reason.REQUEST_ID_REUSED, "no", Map.of()));
        for (DurableServerException error : certain) {
            RetrySteps steps = new RetrySteps(true, 1);
            assertThat(steps.after(unknown(OutcomeUnknownException.Reason.OWNER_LOST), HOUR))
                    .isNotNull();
            assertThat(steps.after(error, HOUR)).isNull();
            assertThat(steps.outcome(error)).isSameAs(error);
        }
    }

    @Test
    void whatWasUnknownStaysUnknownWhereLaterTriesDidNotRun() {
        RetrySteps steps = new RetrySteps(true, 1);
        OutcomeUnknownException lost = unknown(OutcomeUnknownException.Reason.OWNER_LOST);
        NotAppliedException late = refused(NotAppliedException.Reason.DEADLINE_BEFORE_START);
        assertThat(steps.after(lost, HOUR)).isNotNull();
        assertThat(steps.after(late, 0)).isNull();
        assertThat(steps.outcome(late)).isSameAs(lost);
    }

    @Test
    void pausesGrowToASecondAndEndWithTheDeadline() {
        List<Long> millis = new ArrayList<>();
        RetrySteps steps = new RetrySteps(true, 4711);
        for (int i = 0; i < 40; i++) {
            Duration pause = steps.after(refused(NotAppliedException.Reason.MAILBOX_FULL), HOUR);
            millis.add(pause == null ? -1 : pause.toMillis());
        }
        assertThat(millis).allMatch(pause -> pause >= 5 && pause <= 1_000);
        assertThat(millis.subList(10, 40)).allMatch(pause -> pause >= 500).hasSizeGreaterThan(1);
        assertThat(millis.subList(10, 40).stream().distinct().count())
                .as("spread")
                .isGreaterThan(5);
        assertThat(steps.after(refused(NotAppliedException.Reason.MAILBOX_FULL), 100_000_000L))
                .isEqualTo(Duration.ofMillis(50));
        assertThat(steps.after(refused(NotAppliedException.Reason.MAILBOX_FULL), 5_000_000L))
                .isNull();
    }
}
