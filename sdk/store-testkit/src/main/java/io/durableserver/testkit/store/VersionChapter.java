package io.durableserver.testkit.store;

import static io.durableserver.testkit.store.BackendFixture.assertConflict;
import static io.durableserver.testkit.store.BackendFixture.bytes;
import static io.durableserver.testkit.store.BackendFixture.stored;
import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.spi.Version;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Version tokens: they are what keeps a stale owner from writing (P1). */
interface VersionChapter extends BackendFixture {
    @Test
    default void equalBytesWrittenTwiceGetTwoVersions() {
        String key = key("record");
        Version first = created(key, bytes("same"));
        Version second = stored(replace(key, bytes("same"), first));
        assertThat(second).isNotEqualTo(first);
        assertConflict(replace(key, bytes("same"), first));
    }

    @Test
    default void tokensNeverRepeatAcrossDeleteAndCreate() {
        String key = key("record");
        Set<Version> old = new HashSet<>();
        for (int round = 0; round < 10; round++) {
            Version version = created(key, bytes("same"));
            assertThat(old).doesNotContain(version);
            assertOldTokensConflict(key, old);
            assertRecord(key, bytes("same"), version);
            stored(delete(key, version));
            old.add(version);
            assertOldTokensConflict(key, old);
            assertAbsent(key);
        }
    }

    @Test
    default void tokensNeverRepeatAcrossHandles() {
        String key = key("record");
        Set<Version> seen = new HashSet<>();
        for (int round = 0; round < 10; round++) {
            var handle = another();
            Version version = stored(BackendFixture.await(handle.create(key, bytes("same"), TIMEOUT)));
            assertThat(seen.add(version)).as("a new token").isTrue();
            assertOldTokensConflict(key, without(seen, version));
            stored(delete(key, version));
        }
    }

    private void assertOldTokensConflict(String key, Set<Version> old) {
        for (Version version : old) {
            assertConflict(replace(key, bytes("stale"), version));
            assertConflict(delete(key, version));
        }
    }

    private static Set<Version> without(Set<Version> all, Version one) {
        Set<Version> rest = new HashSet<>(all);
        rest.remove(one);
        return rest;
    }
}
