package io.durableserver.testkit.store;

import io.durableserver.spi.Backend;
import io.durableserver.spi.PageRequest;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.assertj.core.api.Assertions;

/** What the chapters of the kit work with. */
interface BackendFixture {
    /** The time every request of the kit may take. */
    Duration TIMEOUT = Duration.ofSeconds(20);

    /** The handle under test. */
    Backend backend();

    /** One more handle on the same store, closed after the test. */
    Backend another();

    /** A key no other test uses. */
    String key(String name);

    /** Random sequences to try at effort 1. */
    int seeds();

    /** Conditional increments to race for. */
    int increments();

    /** Rounds of the races of 32 writers, at effort 1. */
    int rounds();

    /** Whether the store has records at hand when it lists. */
    boolean listsRecords();

    /** Whether a writer that lost a race may be told that its outcome is unknown. */
    boolean losersMayBeInDoubt();

    default WriteResult create(String key, byte[] record) {
        return await(backend().create(key, record, TIMEOUT));
    }

    default WriteResult replace(String key, byte[] record, Version expected) {
        return await(backend().replace(key, record, expected, TIMEOUT));
    }

    default WriteResult delete(String key, Version expected) {
        return await(backend().delete(key, expected, TIMEOUT));
    }

    default ReadResult read(String key) {
        return await(backend().get(key, ReadMode.STRONG, TIMEOUT));
    }

    default Version created(String key, byte[] record) {
        return stored(create(key, record));
    }

    /** Every page of a listing. */
    default List<Backend.Page> pages(Backend backend, PageRequest first) {
        List<Backend.Page> pages = new ArrayList<>();
        Optional<PageRequest> request = Optional.of(first);
        while (request.isPresent()) {
            Backend.Page page = await(backend.list(request.orElseThrow(), TIMEOUT));
            Assertions.assertThat(page.entries()).hasSizeLessThanOrEqualTo(first.limit());
            pages.add(page);
            request = request.orElseThrow().after(page);
        }
        return pages;
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static Version stored(WriteResult result) {
        Assertions.assertThat(result).isInstanceOf(WriteResult.Stored.class);
        return ((WriteResult.Stored) result).version();
    }

    static void assertConflict(WriteResult result) {
        Assertions.assertThat(result).isInstanceOf(WriteResult.Conflict.class);
    }

    static ReadResult.Found found(ReadResult result) {
        Assertions.assertThat(result).isInstanceOf(ReadResult.Found.class);
        return (ReadResult.Found) result;
    }

    /** The record is exactly this. */
    default void assertRecord(String key, byte[] record, Version version) {
        ReadResult.Found found = found(read(key));
        Assertions.assertThat(found.record()).isEqualTo(record);
        Assertions.assertThat(found.version()).isEqualTo(version);
    }

    default void assertAbsent(String key) {
        Assertions.assertThat(read(key)).isInstanceOf(ReadResult.Absent.class);
    }

    /** A stage's value; a stage that fails or never completes fails the test. */
    static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
        } catch (ExecutionException failure) {
            throw new AssertionError("The stage failed where a result was promised", failure.getCause());
        } catch (TimeoutException late) {
            throw new AssertionError("The stage did not complete, though its time was over long ago", late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted", interrupted);
        }
    }
}
