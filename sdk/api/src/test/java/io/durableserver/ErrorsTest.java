package io.durableserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.durableserver.config.DurableServersConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ErrorsTest {
    private static final Map<String, Object> CONTEXT = Map.of("key", 7);

    private static final Map<String, Object> MANY = Map.of(
            "zone", 1, "bound", 2, "value", 3, "option", 4, "message", 5, "type", 6, "key", 7, "asked", 8, "node", 9);
    private static final String MANY_IN_ORDER =
            " {key=7, type=6, message=5, option=4, value=3, bound=2, asked=8, node=9, zone=1}";

    /** One error of every reason. */
    private static List<DurableServerException> all(String text, Map<String, ?> context) {
        List<DurableServerException> all = new ArrayList<>();
        for (NotAppliedException.Reason reason : NotAppliedException.Reason.values()) {
            all.add(new NotAppliedException(reason, text, context));
        }
        for (OutcomeUnknownException.Reason reason : OutcomeUnknownException.Reason.values()) {
            all.add(new OutcomeUnknownException(reason, text, context));
        }
        for (ConfigurationException.Reason reason : ConfigurationException.Reason.values()) {
            all.add(new ConfigurationException(reason, text, context));
        }
        return all;
    }

    @Test
    void messageOfEveryReasonStartsWithItAndSaysWhetherToTryAgain() {
        for (DurableServerException error : all("A fact", MANY)) {
            boolean retryable = error instanceof NotAppliedException refused
                    && refused.reason().retryable();
            assertThat(error)
                    .hasMessage("[" + error.code() + (retryable ? ", retryable" : "") + "] A fact" + MANY_IN_ORDER);
            assertThat(error.text()).isEqualTo("A fact");
        }
        assertThat(all("A fact", Map.of()))
                .allSatisfy(error -> assertThat(error.getMessage()).endsWith("] A fact"));
    }

    @Test
    void orderOfTheContextDoesNotDependOnTheMapItWasGivenIn() {
        Map<String, Object> backwards = new LinkedHashMap<>();
        new TreeMap<>(MANY).descendingMap().forEach(backwards::put);
        for (Map<String, Object> context : List.of(MANY, backwards, new TreeMap<>(MANY))) {
            NotAppliedException error =
                    new NotAppliedException(NotAppliedException.Reason.MAILBOX_FULL, "A fact", context);
            assertThat(error).hasMessage("[MAILBOX_FULL, retryable] A fact" + MANY_IN_ORDER);
            assertThat(error.context().keySet())
                    .containsExactly("key", "type", "message", "option", "value", "bound", "asked", "node", "zone");
        }
        assertThat(new NotAppliedException(NotAppliedException.Reason.FENCED, "m", CONTEXT).context())
                .containsExactly(Map.entry("key", "7"));
    }

    @Test
    void whatUserCodeThrewIsInTheMessageAlsoWhenItHasNone() {
        HandlerFailedException named = new HandlerFailedException("x.Boom", "no", CONTEXT);
        assertThat(named).hasMessage("[HANDLER_FAILED] x.Boom: no {key=7}");
        assertThat(named.code()).isEqualTo("x.Boom");
        assertThat(named.text()).isEqualTo("no");
        assertThat(new HandlerFailedException("java.lang.StackOverflowError", "", CONTEXT))
                .hasMessage("[HANDLER_FAILED] java.lang.StackOverflowError {key=7}");
    }

    @Test
    void longTextsAreCutInTheMessageAndNotInTheContext() {
        String path = "any.".repeat(1_000);
        ConfigurationException error = new ConfigurationException(
                ConfigurationException.Reason.NOT_ENCODABLE, "x".repeat(10_000), Map.of("path", path));
        assertThat(error.getMessage()).hasSizeLessThan(2_400).endsWith("…}");
        assertThat(error.context()).containsEntry("path", path);
        String halves = "\ud83d\ude00".repeat(1_000);
        for (String start : List.of("", "a")) {
            String message = String.valueOf(new OutcomeUnknownException(
                            OutcomeUnknownException.Reason.DEADLINE, "m", Map.of("v", start + halves))
                    .getMessage());
            assertThat(message).matches("[^?]*\\{v=a?(\ud83d\ude00)+…}");
        }
    }

    @Test
    void optionIsToldOnceWithWhatItMustBe() {
        ConfigurationException error = ConfigurationException.option("call.timeout", 0, "1 ms to 24 h");
        assertThat(error).hasMessage("[INVALID_OPTION] Option call.timeout must be 1 ms to 24 h, was 0");
        assertThat(error.context())
                .containsExactly(
                        Map.entry("option", "call.timeout"),
                        Map.entry("value", "0"),
                        Map.entry("bound", "1 ms to 24 h"));
        assertThat(catchThrowable(() -> DurableServersConfig.builder().build()))
                .hasMessage("[INVALID_OPTION] Option prefix must be set, was null");
    }

    @Test
    @SuppressWarnings("NullAway") // on purpose
    void nullStateIsToldByName() {
        assertThat(catchThrowable(() -> Next.reply(1, null))).hasMessageContaining("null state");
        assertThat(catchThrowable(() -> Next.state(null))).hasMessageContaining("null state");
        assertThat(catchThrowable(() -> Init.ok(null))).hasMessageContaining("null state");
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
