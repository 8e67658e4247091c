package io.durableserver.runtime.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.ConfigurationException;
import io.durableserver.DurableServerException;
import io.durableserver.HandlerFailedException;
import io.durableserver.NotAppliedException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.RejectedException;
import io.durableserver.runtime.wire.Message.ErrorMessage;
import io.durableserver.runtime.wire.WireError.Category;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class WireErrorTest {
    @Test
    void everyKindOfErrorArrivesAsItWasThrown() {
        Map<String, Object> context = Map.of("key", "k", "bound", 16);
        for (DurableServerException thrown : List.of(
                new NotAppliedException(NotAppliedException.Reason.MAILBOX_FULL, "Mailbox is full", context),
                new OutcomeUnknownException(OutcomeUnknownException.Reason.DEADLINE, "Deadline passed", Map.of()),
                new HandlerFailedException("com.example.Oops", "boom", context),
                new RejectedException("OUT_OF_STOCK", "Only 2 left", context),
                new ConfigurationException(ConfigurationException.Reason.UNREGISTERED_TYPE, "No such type", context))) {
            DurableServerException arrived = travel(WireError.of(thrown)).toException();

            assertThat(arrived).isExactlyInstanceOf(thrown.getClass());
            assertThat(arrived.code()).isEqualTo(thrown.code());
            assertThat(arrived.context()).isEqualTo(thrown.context());
        }
    }

    @Test
    void messageOfEveryReasonStaysTheSameOverManyHops() {
        Map<String, Object> context = Map.of("key", "k", "zone", 1, "bound", 16, "path", "x".repeat(1_000));
        List<DurableServerException> all = new ArrayList<>();
        for (NotAppliedException.Reason reason : NotAppliedException.Reason.values()) {
            all.add(new NotAppliedException(reason, "Said", context));
        }
        for (OutcomeUnknownException.Reason reason : OutcomeUnknownException.Reason.values()) {
            all.add(new OutcomeUnknownException(reason, "Said", context));
        }
        for (ConfigurationException.Reason reason : ConfigurationException.Reason.values()) {
            all.add(new ConfigurationException(reason, "Said", context));
        }
        all.add(ConfigurationException.option("o", 1, "2"));
        all.add(new RejectedException("c".repeat(128), "t".repeat(2_000), context));
        all.add(NotAppliedException.typeMismatch("k", "a", "b"));
        all.add(new HandlerFailedException("com.example.Oops", "boom", context));
        all.add(new HandlerFailedException("com.example.Oops", "", context));
        for (DurableServerException thrown : all) {
            DurableServerException error = thrown;
            for (int hop = 0; hop < 3; hop++) {
                error = travel(WireError.of(error)).toException();
            }
            assertThat(error).isExactlyInstanceOf(thrown.getClass()).hasMessage(thrown.getMessage());
            assertThat(error.text()).isEqualTo(thrown.text());
            assertThat(error.context()).isEqualTo(thrown.context());
        }
    }

    @Test
    void completionWrappersAreTakenOff() {
        WireError error = WireError.of(new CompletionException(new CompletionException(
                new NotAppliedException(NotAppliedException.Reason.DRAINING, "Draining", Map.of()))));

        assertThat(error.code()).isEqualTo("DRAINING");
    }

    @Test
    void unknownThrowableTravelsAsItsClassNameOnly() {
        WireError error = WireError.of(new IllegalStateException("hunter2"));

        assertThat(error.category()).isEqualTo(Category.OUTCOME_UNKNOWN);
        assertThat(error.code()).isEqualTo("OWNER_LOST");
        assertThat(error.context()).containsEntry("error", "java.lang.IllegalStateException");
        assertThat(error.toString()).doesNotContain("hunter2");
    }

    @Test
    void reasonOfANewerNodeBecomesTheNearestKnownOne() {
        for (Category category : Category.values()) {
            DurableServerException error =
                    new WireError(category, "FROM_THE_FUTURE", "New", Map.of("key", "k")).toException();

            assertThat(WireError.of(error).category()).isEqualTo(category);
            assertThat(error.getMessage() + error.code()).contains("FROM_THE_FUTURE");
        }
    }

    @Test
    void categoryOfANewerNodeIsAnUnknownOutcome() {
        byte[] later = new WireWriter(64)
                .octet(99)
                .text("FROM_THE_FUTURE")
                .text("New")
                .texts(Map.of("key", "k"))
                .toBytes();
        WireError error = ErrorFormat.read(new WireReader(later));
        assertThat(error.category()).isEqualTo(Category.OUTCOME_UNKNOWN);
        assertThat(error.toException().context()).containsEntry("code", "FROM_THE_FUTURE");
    }

    @Test
    void textsAreCutAndStrayHalvesOfSurrogatePairsDoNotBreakReporting() {
        WireError error = WireError.of(
                new HandlerFailedException("E", "x".repeat(1 << 20), Map.of("half \ud800", "y".repeat(1 << 20))));

        assertThat(error.message()).hasSize(WireError.MAX_TEXT);
        assertThat(travel(error).context()).containsOnlyKeys("half ?");
    }

    private static WireError travel(WireError error) {
        return ((ErrorMessage) WireFormat.decodeMessage(WireFormat.encode(new ErrorMessage(1, error)))).error();
    }
}
