package io.durableserver.runtime.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.ServerStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pins the stored bytes of format 1. A failure here means that stores in the field become unreadable. */
@NullMarked
class RecordGoldenTest {
    @Test
    void serverRecordsKeepTheirBytes() {
        Map<String, StoredRecord> golden = Map.of(
                "server-json.json", Samples.json(),
                "server-cbor.json", Samples.cbor(),
                "server-optional.json", Samples.optional(),
                "server-requests.json", Samples.requests(),
                "server-tombstone.json", Samples.tombstone());
        golden.forEach(RecordGoldenTest::assertPinned);
    }

    @ParameterizedTest
    @EnumSource
    void everyStatusKeepsItsName(ServerStatus status) {
        assertPinned("status-" + status.wireName() + ".json", Samples.cart(status));
    }

    @Test
    void leasesKeepTheirBytes() {
        Map<String, LeaseRecord> golden = Map.of("lease.json", Samples.lease(), "lease-gone.json", Samples.goodbye());
        golden.forEach((file, lease) -> {
            byte[] pinned = pinned(file);
            assertThat(new String(LeaseFormat.encode(lease), UTF_8)).as(file).isEqualTo(new String(pinned, UTF_8));
            assertThat(LeaseFormat.decode("k", pinned)).as(file).isEqualTo(lease);
        });
    }

    /** What a later release adds to the format without a new number is kept, wherever it stands. */
    @ParameterizedTest
    @ValueSource(strings = {"server", "lease", "claim"})
    void membersOfALaterReleaseAreKept(String kind) {
        byte[] later = pinned("later-" + kind + ".json");
        byte[] kept = kind.equals("server")
                ? RecordFormat.encode(RecordFormat.decode("k", later))
                : kind.equals("lease")
                        ? LeaseFormat.encode(LeaseFormat.decode("k", later))
                        : ClaimFormat.encode(ClaimFormat.decode("k", later));

        assertThat(new String(kept, UTF_8)).isEqualTo(new String(pinned("kept-" + kind + ".json"), UTF_8));
    }

    /** Format 1 is the first: there is nothing older to read, and what claims to be is not ours. */
    @ParameterizedTest
    @CsvSource({
        "newer-format, RECORD_NEWER",
        "needs, RECORD_NEWER",
        "older-format, RECORD_FOREIGN",
        "other-kind, RECORD_FOREIGN",
        "foreign, RECORD_FOREIGN",
        "changed-by-hand, RECORD_CORRUPT",
        "cut-off, RECORD_CORRUPT"
    })
    void whatIsNotReadIsRefusedByItsReason(String example, Reason reason) {
        byte[] bytes = pinned("refused-" + example + ".json");
        assertThatThrownBy(() -> RecordFormat.decode("the-key", bytes))
                .isInstanceOfSatisfying(
                        NotAppliedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(reason))
                .hasMessageContaining("the-key");
    }

    private static void assertPinned(String file, StoredRecord record) {
        byte[] pinned = pinned(file);
        assertThat(new String(RecordFormat.encode(record), UTF_8)).as(file).isEqualTo(new String(pinned, UTF_8));
        assertThat(RecordFormat.decode("k", pinned)).as(file).isEqualTo(record);
    }

    /** The files end without a line end, like the stored objects. */
    private static byte[] pinned(String file) {
        try (InputStream in = Objects.requireNonNull(RecordGoldenTest.class.getResourceAsStream("/record/" + file))) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
