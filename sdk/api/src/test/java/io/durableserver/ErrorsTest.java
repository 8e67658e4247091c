package io.durableserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ErrorsTest {
    private static final Map<String, Object> CONTEXT = Map.of("key", 7);

    @Test
    void messageIsTheFactAndTheContextTheValues() {
        NotAppliedException error =
                new NotAppliedException(NotAppliedException.Reason.MAILBOX_FULL, "The mailbox is full", CONTEXT);
        assertThat(error).hasMessage("The mailbox is full {key=7}");
        assertThat(error.context()).containsExactly(Map.entry("key", "7"));
        assertThat(error.code()).isEqualTo("MAILBOX_FULL");
        assertThat(new HandlerFailedException("x.Boom", "no", Map.of())).hasMessage("no");
        assertThat(new HandlerFailedException("x.Boom", "no", Map.of()).code()).isEqualTo("x.Boom");
    }

    @Test
    void causeIsKeptAndMayBeGivenLater() {
        IOException cause = new IOException("x");
        assertThat(new OutcomeUnknownException(OutcomeUnknownException.Reason.OWNER_LOST, "m", CONTEXT, cause))
                .hasCause(cause);
        OutcomeUnknownException later =
                new OutcomeUnknownException(OutcomeUnknownException.Reason.OWNER_LOST, "m", CONTEXT);
        assertThat(later).hasNoCause();
        later.initCause(cause);
        assertThat(later).hasCause(cause);
    }

    @Test
    void everyReasonSaysWhetherToTryAgain() {
        assertThat(NotAppliedException.Reason.MAILBOX_FULL.retryable()).isTrue();
        assertThat(NotAppliedException.Reason.FENCED.retryable()).isTrue();
        assertThat(NotAppliedException.Reason.NOT_FOUND.retryable()).isFalse();
        assertThat(NotAppliedException.Reason.STATE_TOO_LARGE.retryable()).isFalse();
    }
}
