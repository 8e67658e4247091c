package io.durableserver.runtime.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.runtime.testing.Tries;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class RecordFormatPropertiesTest {
    /** {@code -Ddurableserver.effort=10} or 100 tries more. */
    private static final Set<Reason> UNREADABLE =
            EnumSet.of(Reason.RECORD_FOREIGN, Reason.RECORD_NEWER, Reason.RECORD_CORRUPT);

    @Test
    void everyRecordComesBackEqualAndGivesTheSameBytesAgain() {
        for (long seed = Tries.FIRST; seed < Tries.FIRST + 5_000L * Tries.EFFORT; seed++) {
            StoredRecord record = Samples.random(new Random(seed));
            byte[] bytes = RecordFormat.encode(record);
            StoredRecord decoded = RecordFormat.decode("k", bytes);
            assertThat(decoded).as("seed %d", seed).isEqualTo(record).hasSameHashCodeAs(record);
            assertThat(RecordFormat.encode(decoded)).as("seed %d", seed).isEqualTo(bytes);
        }
    }

    @Test
    void everyLeaseComesBackEqual() {
        for (long seed = Tries.FIRST; seed < Tries.FIRST + 2_000L * Tries.EFFORT; seed++) {
            Random random = new Random(seed);
            LeaseRecord lease = new LeaseRecord(
                    Samples.OWNER,
                    random.nextLong(),
                    Samples.randomText(random),
                    random.nextBoolean(),
                    random.nextLong(),
                    random.nextBoolean() ? "" : Samples.randomText(random));
            assertThat(LeaseFormat.decode("k", LeaseFormat.encode(lease)))
                    .as("seed %d", seed)
                    .isEqualTo(lease);
        }
    }

    @Test
    void damageToAServerRecordIsAlwaysDetected() {
        for (StoredRecord record : Set.of(Samples.json(), Samples.cbor(), Samples.tombstone())) {
            damageEverywhere(RecordFormat.encode(record), bytes -> RecordFormat.decode("k", bytes));
        }
        for (long seed = 0; seed < 8; seed++) {
            StoredRecord record = Samples.random(new Random(seed));
            damageEverywhere(RecordFormat.encode(record), bytes -> RecordFormat.decode("k", bytes));
        }
    }

    @Test
    void damageToALeaseIsAlwaysDetected() {
        damageEverywhere(LeaseFormat.encode(Samples.lease()), bytes -> LeaseFormat.decode("k", bytes));
    }

    @Test
    void randomBytesNeverDecode() {
        for (long seed = Tries.FIRST; seed < Tries.FIRST + 5_000L * Tries.EFFORT; seed++) {
            Random random = new Random(seed);
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            mustFail(bytes, "seed ", (int) seed, garbage -> RecordFormat.decode("k", garbage));
        }
    }

    /** Every truncation, and at every offset every other value of the byte. */
    private static void damageEverywhere(byte[] good, Consumer<byte[]> decode) {
        for (int offset = 0; offset < good.length; offset++) {
            mustFail(Arrays.copyOf(good, offset), "cut at ", offset, decode);
            byte[] damaged = good.clone();
            for (int flip = 1; flip < 256; flip++) {
                damaged[offset] = (byte) (good[offset] ^ flip);
                mustFail(damaged, "flip at ", offset, decode);
            }
        }
        mustFail(Arrays.copyOf(good, good.length + 1), "longer than ", good.length, decode);
    }

    private static void mustFail(byte[] bytes, String what, int at, Consumer<byte[]> decode) {
        try {
            decode.accept(bytes);
        } catch (NotAppliedException e) {
            if (UNREADABLE.contains(e.reason())) {
                return;
            }
            throw e;
        }
        fail("decoded in spite of damage: " + what + at);
    }
}
