package io.durableserver.runtime.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** Pins the stored bytes of format 1. A failure here means that stores in the field become unreadable. */
@NullMarked
class RecordGoldenTest {
    @Test
    void serverRecordsKeepTheirBytes() {
        Map<String, StoredRecord> golden = Map.of(
                "server-json.json", Samples.json(),
                "server-cbor.json", Samples.cbor(),
                "server-tombstone.json", Samples.tombstone());
        golden.forEach((file, record) -> {
            byte[] pinned = pinned(file);
            assertThat(new String(RecordFormat.encode(record), UTF_8)).as(file).isEqualTo(new String(pinned, UTF_8));
            assertThat(RecordFormat.decode("k", pinned)).as(file).isEqualTo(record);
        });
    }

    @Test
    void leasesKeepTheirBytes() {
        byte[] pinned = pinned("lease.json");
        assertThat(new String(LeaseFormat.encode(Samples.lease()), UTF_8)).isEqualTo(new String(pinned, UTF_8));
        assertThat(LeaseFormat.decode("k", pinned)).isEqualTo(Samples.lease());
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
