package io.durableserver.testkit.store;

import static io.durableserver.testkit.store.BackendFixture.await;
import static io.durableserver.testkit.store.BackendFixture.bytes;
import static io.durableserver.testkit.store.BackendFixture.found;
import static io.durableserver.testkit.store.BackendFixture.stored;
import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.NotAppliedException;
import io.durableserver.spi.Backend;
import io.durableserver.spi.PageRequest;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Timeouts, the end of a handle, and the restart of the store. */
interface LifecycleChapter extends BackendFixture {
    /** Restarts the store and opens a handle on the same records; empty where that means nothing. */
    Optional<Backend> reopened();

    @Test
    default void aTimeoutIsAResult() {
        Duration now = Duration.ofNanos(1);
        for (int i = 0; i < 50; i++) {
            String absent = key("timeout-create-" + i);
            assertHonest(absent, await(backend().create(absent, bytes("one"), now)), "one", "");
            assertThat(await(backend().get(absent, ReadMode.STRONG, now))).isNotNull();
            String replaced = key("timeout-replace-" + i);
            Version first = created(replaced, bytes("one"));
            assertHonest(replaced, await(backend().replace(replaced, bytes("two"), first, now)), "two", "one");
            String deleted = key("timeout-delete-" + i);
            Version last = created(deleted, bytes("one"));
            assertHonest(deleted, await(backend().delete(deleted, last, now)), "", "one");
        }
    }

    /** What is under way when its handle closes ends too, and its end is true. */
    @Test
    default void writesUnderWayWhenTheirHandleClosesEndHonestly() {
        Backend closing = another();
        Map<String, CompletionStage<WriteResult>> writes = new HashMap<>();
        for (int i = 0; i < 50; i++) {
            String key = key("closing-" + i);
            writes.put(key, closing.create(key, bytes("one"), TIMEOUT));
        }
        closing.close();
        writes.forEach((key, write) -> assertHonest(key, await(write), "one", ""));
    }

    /** No other writer uses the key: its write met its condition, and must not be told as a conflict. */
    private void assertHonest(String key, WriteResult result, String applied, String before) {
        assertThat(result).isNotInstanceOf(WriteResult.Conflict.class);
        String now = read(key) instanceof ReadResult.Found found ? text(found) : "";
        if (result instanceof WriteResult.Stored) {
            assertThat(now).isEqualTo(applied);
        } else if (result instanceof WriteResult.NotApplied) {
            assertThat(now).isEqualTo(before);
        }
    }

    private static String text(ReadResult.Found found) {
        return new String(found.record(), StandardCharsets.UTF_8);
    }

    @Test
    default void aClosedHandleAppliesNothing() {
        String key = key("record");
        Version version = created(key, bytes("one"));
        Backend closed = another();
        closed.close();
        closed.close();
        List<CompletionStage<WriteResult>> writes = List.of(
                closed.create(key("new"), bytes("x"), TIMEOUT),
                closed.replace(key, bytes("x"), version, TIMEOUT),
                closed.delete(key, version, TIMEOUT));
        for (CompletionStage<WriteResult> write : writes) {
            assertThat(await(write)).isInstanceOf(WriteResult.NotApplied.class);
        }
        assertThat(await(closed.get(key, ReadMode.STRONG, TIMEOUT))).isInstanceOf(ReadResult.Failed.class);
        Assertions.assertThat(
                        closed.list(PageRequest.keys(key(""), 10), TIMEOUT).toCompletableFuture())
                .failsWithin(TIMEOUT)
                .withThrowableThat()
                .withCauseInstanceOf(NotAppliedException.class);
        assertAbsent(key("new"));
        assertRecord(key, bytes("one"), version);
    }

    @Test
    default void recordsVersionsAndDeletionsSurviveARestart() {
        Map<String, Version> kept = new HashMap<>();
        Map<String, Version> deleted = new HashMap<>();
        for (int i = 0; i < 50; i++) {
            String key = key("restart-" + i);
            Version version = created(key, bytes("record " + i));
            if (i % 5 == 0) {
                stored(delete(key, version));
                deleted.put(key, version);
            } else {
                kept.put(key, stored(replace(key, bytes(key), version)));
            }
        }
        Optional<Backend> reopened = reopened();
        Assumptions.assumeTrue(reopened.isPresent(), "this backend has no restart; override reopen()");
        Backend after = reopened.orElseThrow();
        deleted.forEach((key, old) -> {
            assertThat(await(after.get(key, ReadMode.STRONG, TIMEOUT))).isInstanceOf(ReadResult.Absent.class);
            BackendFixture.assertConflict(await(after.replace(key, bytes("x"), old, TIMEOUT)));
            assertThat(stored(await(after.create(key, bytes("again"), TIMEOUT))))
                    .isNotEqualTo(old);
        });
        kept.forEach((key, version) -> {
            ReadResult.Found found = found(await(after.get(key, ReadMode.STRONG, TIMEOUT)));
            assertThat(found.record()).isEqualTo(bytes(key));
            assertThat(found.version()).isEqualTo(version);
            assertThat(stored(await(after.replace(key, bytes("x"), version, TIMEOUT))))
                    .isNotEqualTo(version);
        });
        List<String> listed = new ArrayList<>();
        pages(after, PageRequest.keys(key("restart-"), 7))
                .forEach(page -> page.entries().forEach(entry -> listed.add(entry.key())));
        assertThat(listed).hasSize(50).doesNotHaveDuplicates();
    }
}
