package io.durableserver.backend.s3;

import static io.durableserver.backend.s3.TestNode.TIMEOUT;
import static io.durableserver.backend.s3.TestNode.await;
import static io.durableserver.backend.s3.TestNode.bytes;
import static io.durableserver.backend.s3.TestNode.createRecord;
import static io.durableserver.backend.s3.TestNode.read;
import static io.durableserver.backend.s3.TestNode.record;
import static io.durableserver.backend.s3.TestNode.replace;
import static io.durableserver.backend.s3.TestNode.stored;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.ConfigurationException;
import io.durableserver.NotAppliedException;
import io.durableserver.spi.Backend;
import io.durableserver.spi.PageRequest;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.StoreEvent;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.text.Normalizer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The backend on a store whose ETags prove nothing, and that holds what no record is. */
class OpaqueStoreTest {
    private static final S3Config CONFIG = S3Config.builder()
            .bucket("bucket")
            .tuning(S3Tuning.builder().maxRecordBytes(1 << 10).maxInFlight(16).build())
            .build();

    private final TestNode node = new TestNode();

    @AfterEach
    void close() {
        node.close();
    }

    private S3Backend open(OpaqueStore store, S3Config config) {
        S3Backend backend = new S3Backend(store, config, node.hasty());
        backend.start();
        await(backend.ready());
        return backend;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anAnswerAnybodyCouldMakeUpAcknowledgesNoWrite(boolean echoes) {
        OpaqueStore store = new OpaqueStore(echoes);
        S3Backend backend = open(store, CONFIG);
        AtomicInteger lies = new AtomicInteger(1);
        store.insteadOfPut =
                request -> lies.getAndDecrement() > 0 ? Optional.of(OpaqueStore.put("abc", null)) : Optional.empty();
        Version first = stored(createRecord(backend, "k", "one"));
        assertThat(store.eTag("k")).contains(first.token());
        lies.set(1);
        Version second = stored(replace(backend, "k", "two", first));
        assertThat(store.eTag("k")).contains(second.token());
        assertThat(record(backend, "k")).isEqualTo("two");
        lies.set(100);
        assertThat(replace(backend, "k", "three", second)).isNotInstanceOf(WriteResult.Stored.class);
        backend.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aWriteIsReadBackOnlyWhereNothingElseProvesIt(boolean echoes) {
        OpaqueStore store = new OpaqueStore(echoes);
        S3Backend backend = open(store, CONFIG);
        int gets = store.gets;
        int puts = store.puts;
        stored(createRecord(backend, "k", "one"));
        assertThat(store.puts - puts).isOne();
        assertThat(store.gets - gets).isEqualTo(echoes ? 0 : 1);
        assertThat(node.told(StoreEvent.StoreLacks.class))
                .extracting(StoreEvent.StoreLacks::what)
                .isEqualTo(echoes ? List.of() : List.of("checksum in its answers to writes"));
        backend.close();
    }

    @Test
    void objectsThatNoReadWouldFindAreNotListed() {
        OpaqueStore store = new OpaqueStore(true);
        S3Backend backend = open(store, CONFIG);
        Version version = stored(createRecord(backend, "p/", "one"));
        for (String strange : List.of("p/", "p//b", "p/\uffff", "p/..", "p/./x")) {
            var unused = store.hold(strange, bytes("somebody's"), Optional.empty());
        }
        var unused = store.hold("p/notes", bytes("somebody's"), Optional.empty());
        assertThat(await(backend.list(PageRequest.keys("p/", 100), TIMEOUT)).entries())
                .extracting(Backend.Listed::key)
                .containsExactlyInAnyOrder("p/", "p/notes");
        assertThat(await(backend.list(PageRequest.keys("p/", 100), TIMEOUT)).entries())
                .contains(new Backend.Listed("p/", version));
        backend.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 1_000})
    void nothingOfTheProbeIsEverListed(int failing) {
        OpaqueStore store = new OpaqueStore(true);
        S3Config config = S3Config.builder()
                .bucket("bucket")
                .compression(S3Compression.GZIP)
                .dialect(S3Dialect.from(S3Dialect.MINIO)
                        .conditionalDelete(ConditionalDelete.OFF)
                        .build())
                .build();
        store.deletesThatFail = failing;
        S3Backend backend = open(store, config);
        assertThat(await(backend.list(PageRequest.keys("", 100), TIMEOUT)).entries())
                .isEmpty();
        if (failing == 2) {
            assertThat(store.listObjectsV2(request ->
                                    request.bucket("bucket").prefix("").maxKeys(10))
                            .contents())
                    .isEmpty();
        }
        backend.close();
    }

    @Test
    void anObjectThatIsTooLongIsToldAsSuchAlsoWhereItsLengthIsNotSaid() {
        OpaqueStore store = new OpaqueStore(true);
        S3Backend backend = open(store, CONFIG);
        var unused = store.hold("k", bytes("x".repeat(5_000)), Optional.empty());
        store.saysLengths = false;
        assertThat(read(backend, "k")).isInstanceOfSatisfying(ReadResult.Failed.class, failed -> {
            assertThat(failed.retryable()).isFalse();
            assertThat(failed.cause()).isInstanceOfSatisfying(NotAppliedException.class, cause -> {
                assertThat(cause.reason()).isEqualTo(NotAppliedException.Reason.STATE_TOO_LARGE);
                assertThat(cause.context()).containsEntry("bytes", "5000");
            });
        });
        backend.close();
    }

    @Test
    void somethingThatSaysUnchangedForEverHidesNoRecord() {
        OpaqueStore store = new OpaqueStore(true);
        S3Backend backend = open(store, CONFIG);
        stored(createRecord(backend, "k", "one"));
        store.bare304 = true;
        assertThat(record(backend, "k")).isEqualTo("one");
        backend.close();
    }

    /** A request that a layer below sent twice was applied, and written over before its refusal was looked at. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRefusedWriteIsAConflictOnlyWhereWhatIsThereWasNotWrittenOverIt(boolean doubled) {
        OpaqueStore store = new OpaqueStore(true);
        S3Backend mine = open(store, CONFIG);
        S3Backend theirs = open(store, CONFIG);
        Version first = stored(createRecord(mine, "k", "one"));
        if (!doubled) {
            stored(replace(theirs, "k", "two", first));
        }
        store.twice = doubled;
        store.meanwhile = Optional.of(() -> {
            ReadResult.Found found = (ReadResult.Found) read(theirs, "k");
            stored(replace(theirs, "k", "theirs", found.version()));
        });
        WriteResult end = replace(mine, "k", "mine", first);
        assertThat(end).isInstanceOf(doubled ? WriteResult.Unknown.class : WriteResult.Conflict.class);
        assertThat(record(mine, "k")).isEqualTo("theirs");
        mine.close();
        theirs.close();
    }

    @Test
    void aStoreThatTakesKeysForTheSameIsRefused() {
        for (UnaryOperator<String> folds : List.<UnaryOperator<String>>of(
                key -> key.toLowerCase(Locale.ROOT),
                key -> Normalizer.normalize(key, Normalizer.Form.NFC),
                key -> Normalizer.normalize(key, Normalizer.Form.NFD))) {
            OpaqueStore store = new OpaqueStore(true);
            store.folds = folds;
            assertThatThrownBy(() -> open(store, CONFIG))
                    .rootCause()
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("records would share an object");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 30, 3_000})
    void aKeyThatBeginsOthersIsAbsentAlsoWhereThatIsSaidWithoutACode(int others) {
        OpaqueStore store = new OpaqueStore(true);
        store.silent = true;
        S3Backend backend = open(store, CONFIG);
        for (int i = 0; i < others; i++) {
            var unused = store.hold("user_1" + i, bytes("{}"), Optional.empty());
        }
        assertThat(read(backend, "user_1")).isInstanceOf(ReadResult.Absent.class);
        stored(createRecord(backend, "user_1", "one"));
        assertThat(record(backend, "user_1")).isEqualTo("one");
        backend.close();
    }

    @Test
    void aRequestThatCannotStartTakesNoPlace() {
        OpaqueStore store = new OpaqueStore(true);
        S3Backend backend = open(store, CONFIG);
        stored(createRecord(backend, "k", "one"));
        Duration forEver = Duration.ofSeconds(Long.MAX_VALUE);
        for (int i = 0; i < 2 * CONFIG.tuning().maxInFlight(); i++) {
            assertThat(await(backend.get("k", ReadMode.STRONG, forEver))).isInstanceOf(ReadResult.Found.class);
        }
        backend.close();
    }
}
