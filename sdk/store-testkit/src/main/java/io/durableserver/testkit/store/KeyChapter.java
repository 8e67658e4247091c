package io.durableserver.testkit.store;

import static io.durableserver.testkit.store.BackendFixture.assertConflict;
import static io.durableserver.testkit.store.BackendFixture.bytes;
import static io.durableserver.testkit.store.BackendFixture.found;
import static io.durableserver.testkit.store.BackendFixture.stored;
import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.ConfigurationException;
import io.durableserver.spi.Backend.Listed;
import io.durableserver.spi.PageRequest;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.Version;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What may be a key. */
interface KeyChapter extends BackendFixture {
    /** What one store takes and another cannot list would stop every move between them. */
    @ParameterizedTest
    @ValueSource(strings = {"a\uFFFEb", "a\uFFFF", "\uFDD0", "a\uD83F\uDFFE", "a\uD800b", "\uDC00"})
    default void aKeyThatNotEveryStoreCanListIsRefusedByAll(String name) {
        String key = key(name);
        Version version = new Version("v");
        for (CompletionStage<?> stage : List.of(
                backend().create(key, bytes("one"), TIMEOUT),
                backend().replace(key, bytes("one"), version, TIMEOUT),
                backend().delete(key, version, TIMEOUT),
                backend().get(key, ReadMode.STRONG, TIMEOUT))) {
            Assertions.assertThat(stage.toCompletableFuture())
                    .failsWithin(TIMEOUT)
                    .withThrowableThat()
                    .withCauseInstanceOf(ConfigurationException.class);
        }
    }

    @Test
    default void anyTextOfUpTo1024BytesIsAKey() {
        String longest = key("");
        longest += "k".repeat(1_024 - bytes(longest).length);
        List<String> keys = List.of(
                key("ключ-鍵-🔑"),
                key("a/b/c"),
                key("a//b"),
                key("a b+c%2F?x=#y"),
                key("'\"\\<&>"),
                key("A"),
                key("a"),
                longest);
        for (String key : keys) {
            created(key, bytes(key));
        }
        for (String key : keys) {
            assertThat(found(read(key)).record()).isEqualTo(bytes(key));
        }
        assertThat(pages(backend(), PageRequest.keys(key(""), 1_000)).stream().flatMap(page -> page.entries().stream()))
                .extracting(listed -> listed.key())
                .containsExactlyInAnyOrderElementsOf(keys);
    }

    /** Each of {@link OddKeys} is a record of its own, from its create to its delete, and is listed once whatever the pages. */
    @Test
    default void oddKeysAreWrittenReadListedAndDeletedEachForItself() {
        Map<String, Version> there = new HashMap<>();
        for (String name : OddKeys.ALL) {
            assertThat(there.put(key(name), created(key(name), bytes("1 " + name))))
                    .as("twice in the list: %s", name)
                    .isNull();
        }
        for (int limit : List.of(1, 3, 1_000)) {
            assertThat(everything(limit)).isEqualTo(there);
        }
        for (String name : OddKeys.ALL) {
            String key = key(name);
            assertRecord(key, bytes("1 " + name), Objects.requireNonNull(there.get(key)));
            assertConflict(create(key, bytes("another")));
            there.put(key, stored(replace(key, bytes("2 " + name), Objects.requireNonNull(there.get(key)))));
        }
        for (int i = 0; i < OddKeys.ALL.size(); i += 2) {
            String key = key(OddKeys.ALL.get(i));
            stored(delete(key, Objects.requireNonNull(there.remove(key))));
            assertAbsent(key);
        }
        assertThat(everything(3)).isEqualTo(there);
        for (int i = 1; i < OddKeys.ALL.size(); i += 2) {
            String key = key(OddKeys.ALL.get(i));
            assertRecord(key, bytes("2 " + OddKeys.ALL.get(i)), Objects.requireNonNull(there.get(key)));
            stored(delete(key, Objects.requireNonNull(there.remove(key))));
        }
        assertThat(everything(1_000)).isEmpty();
    }

    private Map<String, Version> everything(int limit) {
        List<Listed> entries = new ArrayList<>();
        pages(backend(), PageRequest.keys(key(""), limit)).forEach(page -> entries.addAll(page.entries()));
        assertThat(entries).extracting(Listed::key).doesNotHaveDuplicates();
        Map<String, Version> all = new HashMap<>();
        entries.forEach(entry -> all.put(entry.key(), entry.version()));
        return all;
    }
}
