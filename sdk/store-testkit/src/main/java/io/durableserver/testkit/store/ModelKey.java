package io.durableserver.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one key of a {@link ModelSequence} must hold, and every token it ever had. */
final class ModelKey {
    final String key;
    final List<Version> issued = new ArrayList<>();

    @Nullable
    Version current;

    byte[] record = new byte[0];

    ModelKey(String key) {
        this.key = key;
    }

    /** A write of this record that must have been applied, or must not. */
    void wrote(byte[] bytes, WriteResult result, boolean allowed) {
        if (!allowed) {
            BackendFixture.assertConflict(result);
            return;
        }
        Version version = BackendFixture.stored(result);
        assertThat(issued).as("tokens of this key so far").doesNotContain(version);
        issued.add(version);
        current = version;
        record = bytes;
    }

    void removed(WriteResult result, boolean allowed) {
        if (!allowed) {
            BackendFixture.assertConflict(result);
            return;
        }
        BackendFixture.stored(result);
        current = null;
    }

    void agrees(ReadResult read) {
        if (current == null) {
            assertThat(read).isInstanceOf(ReadResult.Absent.class);
        } else {
            ReadResult.Found found = BackendFixture.found(read);
            assertThat(found.version()).isEqualTo(current);
            assertThat(found.record()).isEqualTo(record);
        }
    }
}
