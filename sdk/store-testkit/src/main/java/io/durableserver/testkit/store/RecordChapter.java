package io.durableserver.testkit.store;

import static io.durableserver.testkit.store.BackendFixture.assertConflict;
import static io.durableserver.testkit.store.BackendFixture.await;
import static io.durableserver.testkit.store.BackendFixture.bytes;
import static io.durableserver.testkit.store.BackendFixture.found;
import static io.durableserver.testkit.store.BackendFixture.stored;
import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Reading and conditionally writing one record. */
interface RecordChapter extends BackendFixture {
    @Test
    default void aRecordThatWasNeverWrittenIsAbsent() {
        assertAbsent(key("never"));
    }

    @Test
    default void aCreatedRecordIsReadBackWithItsVersion() {
        String key = key("record");
        Version version = created(key, bytes("one"));
        assertRecord(key, bytes("one"), version);
    }

    @Test
    default void aReplacedRecordIsReadBackWithItsNewVersion() {
        String key = key("record");
        Version first = created(key, bytes("one"));
        Version second = stored(replace(key, bytes("two"), first));
        assertThat(second).isNotEqualTo(first);
        assertRecord(key, bytes("two"), second);
    }

    @Test
    default void aDeletedRecordIsAbsent() {
        String key = key("record");
        Version version = created(key, bytes("one"));
        assertThat(stored(delete(key, version))).isEqualTo(version);
        assertAbsent(key);
    }

    @Test
    default void createConflictsWithARecordThatExists() {
        String key = key("record");
        Version version = created(key, bytes("one"));
        assertConflict(create(key, bytes("two")));
        assertRecord(key, bytes("one"), version);
    }

    @Test
    default void replaceConflictsWithAnAbsentRecord() {
        Version foreign = created(key("other"), bytes("other"));
        assertConflict(replace(key("absent"), bytes("one"), foreign));
        assertAbsent(key("absent"));
    }

    @Test
    default void replaceConflictsWithAnotherVersion() {
        String key = key("record");
        Version first = created(key, bytes("one"));
        Version second = stored(replace(key, bytes("two"), first));
        assertConflict(replace(key, bytes("three"), first));
        assertRecord(key, bytes("two"), second);
    }

    @Test
    default void deleteConflictsWithAnAbsentRecord() {
        String key = key("record");
        Version version = created(key, bytes("one"));
        stored(delete(key, version));
        assertConflict(delete(key, version));
    }

    @Test
    default void deleteConflictsWithAnotherVersion() {
        String key = key("record");
        Version first = created(key, bytes("one"));
        Version second = stored(replace(key, bytes("two"), first));
        assertConflict(delete(key, first));
        assertRecord(key, bytes("two"), second);
    }

    @Test
    default void aVersionNoBackendMadeMatchesNothing() {
        String key = key("record");
        Version version = created(key, bytes("one"));
        for (Version alien : List.of(new Version(""), new Version("*"), new Version("ü/\"\n"))) {
            assertConflict(replace(key, bytes("two"), alien));
            assertConflict(delete(key, alien));
        }
        assertRecord(key, bytes("one"), version);
    }

    @Test
    default void emptyAndLargeRecordsComeBackWhole() {
        byte[] large = new byte[1 << 20];
        new Random(1).nextBytes(large);
        for (byte[] record : List.of(new byte[0], new byte[1], large)) {
            String key = key("bytes-" + record.length);
            Version version = created(key, record);
            assertRecord(key, record, version);
            assertRecord(key, record, stored(replace(key, record, version)));
        }
    }

    @Test
    default void arraysBelongToTheirOwners() {
        String key = key("record");
        byte[] record = bytes("one");
        Version version = created(key, record);
        record[0] = 'X';
        found(read(key)).record()[0] = 'Y';
        assertRecord(key, bytes("one"), version);
    }

    @Test
    default void aStrongReadSeesTheWriteOfAnotherHandle() {
        String key = key("record");
        var other = another();
        Version version = created(key, bytes("0"));
        for (int i = 1; i <= 50; i++) {
            byte[] record = bytes(Integer.toString(i));
            version = stored(replace(key, record, version));
            ReadResult.Found found = found(await(other.get(key, ReadMode.STRONG, TIMEOUT)));
            assertThat(found.record()).isEqualTo(record);
            assertThat(found.version()).isEqualTo(version);
        }
    }

    @Test
    default void aWeakReadMayBeStaleButIsNeverInvented() {
        String key = key("record");
        var other = another();
        Version version = created(key, bytes("0"));
        for (int i = 1; i <= 50; i++) {
            version = stored(replace(key, bytes(Integer.toString(i)), version));
            ReadResult weak = await(other.get(key, ReadMode.WEAK, TIMEOUT));
            if (weak instanceof ReadResult.Found found) {
                assertThat(Integer.parseInt(new String(found.record(), java.nio.charset.StandardCharsets.UTF_8)))
                        .isBetween(0, i);
            } else {
                assertThat(weak).isInstanceOf(ReadResult.Absent.class);
            }
        }
    }
}
