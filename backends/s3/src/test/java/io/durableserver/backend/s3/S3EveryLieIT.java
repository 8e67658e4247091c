package io.durableserver.backend.s3;

import static io.durableserver.backend.s3.TestNode.TIMEOUT;
import static io.durableserver.backend.s3.TestNode.await;
import static io.durableserver.backend.s3.TestNode.bytes;
import static io.durableserver.backend.s3.TestNode.createRecord;
import static io.durableserver.backend.s3.TestNode.read;
import static io.durableserver.backend.s3.TestNode.record;
import static io.durableserver.backend.s3.TestNode.replace;
import static io.durableserver.backend.s3.TestNode.stored;
import static io.durableserver.backend.s3.TestNode.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.NotAppliedException;
import io.durableserver.s3test.Answer;
import io.durableserver.s3test.EveryLie;
import io.durableserver.s3test.Lie;
import io.durableserver.s3test.LyingProxy;
import io.durableserver.s3test.Operation;
import io.durableserver.s3test.S3TestServer;
import io.durableserver.s3test.SeenRequest;
import io.durableserver.spi.Backend;
import io.durableserver.spi.PageRequest;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import io.durableserver.testkit.Effort;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each kind of lie about each request, one at a time. A lie that is told once costs tries and changes no end; one that is told for
 * ever is never believed.
 */
class S3EveryLieIT {
    /** What is done, and which of its requests is lied about. */
    enum Case {
        CREATE(Operation.PUT),
        CREATE_OF_ANOTHERS(Operation.PUT),
        CREATE_OVER_A_TOMBSTONE(Operation.PUT),
        REPLACE(Operation.PUT),
        REPLACE_OF_AN_OLDER(Operation.PUT),
        DELETE(Operation.PUT),
        DELETE_OF_AN_OLDER(Operation.PUT),
        /** After the answer; nobody waits for it. */
        REMOVAL_OF_A_TOMBSTONE(Operation.DELETE),
        /** A write whose answer was lost is looked at. */
        LOOK(Operation.GET),
        LOOK_AT_ANOTHERS(Operation.GET),
        READ(Operation.GET),
        READ_OF_WHAT_IS_KNOWN(Operation.GET),
        READ_OF_NOTHING(Operation.GET),
        LISTING(Operation.LIST);

        private final Operation lied;

        Case(Operation lied) {
            this.lied = lied;
        }

        boolean writes() {
            return lied == Operation.PUT || this == LOOK || this == LOOK_AT_ANOTHERS;
        }
    }

    /** Of those that are told for ever, which take long, one of so many at effort 1. */
    private static final int PART_OF_LASTING = 5;

    private static final String MINE = "{\"by\":\"me\"}";

    private final TestNode node = new TestNode();
    private final S3TestServer server = S3TestServer.builder().start();
    private final LyingProxy proxy = LyingProxy.before(server.endpoint(), this::lie);
    private final AtomicBoolean answerLost = new AtomicBoolean();
    private volatile Lie lie = new Lie.None();
    private volatile Optional<Operation> about = Optional.empty();
    private volatile boolean forEver;
    private Backend lied;
    private Backend honest;
    /** Leaves its tombstones. */
    private Backend keeper;

    private volatile boolean met;
    private int keys;

    @BeforeEach
    void open() {
        honest = node.ready(TestNode.on(server)
                .tuning(TestNode.tuning().cacheBytes(0).build())
                .build());
        keeper = node.ready(TestNode.on(server)
                .dialect(S3Dialect.from(S3Dialect.MINIO)
                        .conditionalDelete(ConditionalDelete.OFF)
                        .build())
                .build());
        lied = Hasty.open(node, TestNode.on(server).endpoint(proxy.endpoint()).build());
        await(lied.ready());
    }

    @AfterEach
    void close() {
        lied.close();
        keeper.close();
        honest.close();
        proxy.close();
        server.close();
        node.close();
    }

    private synchronized Lie lie(SeenRequest request) {
        if (request.operation() == Operation.PUT && answerLost.getAndSet(false)) {
            return new Lie.After(Answer.of(504, "text/plain", ""));
        }
        if (about.filter(request.operation()::equals).isEmpty()) {
            return new Lie.None();
        }
        about = forEver ? about : Optional.empty();
        met = true;
        return lie;
    }

    @ParameterizedTest
    @EnumSource
    void aLieThatIsToldOnceChangesNoEnd(Case what) {
        tellAll(what, false);
    }

    @ParameterizedTest
    @EnumSource
    void aLieThatIsToldForEverIsNotBelieved(Case what) {
        tellAll(what, true);
    }

    private void tellAll(Case what, boolean always) {
        List<String> believed = new ArrayList<>();
        List<EveryLie.Named> lies = EveryLie.of(what.lied);
        int some = always ? Math.max(1, PART_OF_LASTING / Effort.count(1)) : 1;
        for (int i = what.name().length() % some; i < lies.size(); i += some) {
            EveryLie.Named each = lies.get(i);
            try {
                tell(what, each.lie(), always);
            } catch (AssertionError wrong) {
                believed.add(each + ": " + wrong.getMessage());
            } finally {
                about = Optional.empty();
                answerLost.set(false);
            }
        }
        assertThat(believed).isEmpty();
    }

    private void tell(Case what, Lie told, boolean always) {
        String key = what + "-" + ++keys + "/k";
        Optional<Version> expected = prepare(what, key);
        lie = told;
        forEver = always;
        met = false;
        answerLost.set(what == Case.LOOK || what == Case.LOOK_AT_ANOTHERS);
        about = Optional.of(what.lied);
        if (what == Case.LISTING) {
            list(key, always);
        } else if (what == Case.REMOVAL_OF_A_TOMBSTONE) {
            removal(key, expected.orElseThrow());
        } else if (what.writes()) {
            write(what, key, expected, always);
        } else {
            look(what, key, always);
        }
    }

    /** What is there before; answers the version to expect. */
    private Optional<Version> prepare(Case what, String key) {
        return switch (what) {
            case CREATE, READ_OF_NOTHING -> Optional.empty();
            case CREATE_OF_ANOTHERS -> {
                stored(createRecord(honest, key, "{}"));
                yield Optional.empty();
            }
            case CREATE_OVER_A_TOMBSTONE -> {
                Version version = stored(createRecord(keeper, key, "{}"));
                stored(await(keeper.delete(key, version, TIMEOUT)));
                yield Optional.empty();
            }
            case REPLACE_OF_AN_OLDER, DELETE_OF_AN_OLDER, LOOK_AT_ANOTHERS -> {
                Version old = stored(createRecord(lied, key, "{}"));
                stored(replace(honest, key, "{\"by\":\"them\"}", old));
                yield Optional.of(old);
            }
            case READ, LISTING -> Optional.of(stored(createRecord(honest, key, "{}")));
            default -> Optional.of(stored(createRecord(lied, key, "{}")));
        };
    }

    private void write(Case what, String key, Optional<Version> expected, boolean always) {
        boolean deletes = what == Case.DELETE || what == Case.DELETE_OF_AN_OLDER;
        WriteResult result = await(
                expected.isEmpty()
                        ? lied.create(key, bytes(MINE), TIMEOUT)
                        : deletes
                                ? lied.delete(key, expected.orElseThrow(), TIMEOUT)
                                : lied.replace(key, bytes(MINE), expected.orElseThrow(), TIMEOUT));
        proxy.settle();
        ReadResult after = read(honest, key);
        boolean took = deletes
                ? after instanceof ReadResult.Absent
                : after instanceof ReadResult.Found found
                        && text(found.record()).equals(MINE);
        boolean mayTake = what != Case.CREATE_OF_ANOTHERS
                && what != Case.REPLACE_OF_AN_OLDER
                && what != Case.DELETE_OF_AN_OLDER
                && what != Case.LOOK_AT_ANOTHERS;
        if (mayTake && !always) {
            assertThat(result).as("%s, and it is %s", result, after).isInstanceOf(WriteResult.Stored.class);
        }
        if (result instanceof WriteResult.Stored stored) {
            assertThat(took).as("told as stored").isTrue();
            if (after instanceof ReadResult.Found found) {
                assertThat(stored.version())
                        .as("the version of what was stored")
                        .isEqualTo(found.version());
            }
        } else if (!(result instanceof WriteResult.Unknown)) {
            assertThat(took).as("told as %s", result).isFalse();
            assertThat(result instanceof WriteResult.Conflict && mayTake)
                    .as("a conflict with nobody")
                    .isFalse();
        }
    }

    /** Whatever becomes of the tombstone, the record is gone and the key is free; what is removed late is no later record. */
    private void removal(String key, Version expected) {
        stored(await(lied.delete(key, expected, TIMEOUT)));
        Awaitility.await().until(() -> met);
        Version again = stored(createRecord(honest, key, MINE));
        proxy.settle();
        assertThat(read(lied, key))
                .isInstanceOfSatisfying(
                        ReadResult.Found.class,
                        found -> assertThat(found.version()).isEqualTo(again));
    }

    private void look(Case what, String key, boolean always) {
        ReadResult result = read(lied, key);
        if (result instanceof ReadResult.Failed failed) {
            assertThat(always && failed.retryable())
                    .as("failed: %s", failed.cause())
                    .isTrue();
        } else if (what == Case.READ_OF_NOTHING) {
            assertThat(result).isInstanceOf(ReadResult.Absent.class);
        } else {
            assertThat(result).isInstanceOf(ReadResult.Found.class);
            assertThat(text(((ReadResult.Found) result).record())).isEqualTo("{}");
            about = Optional.empty();
            assertThat(record(honest, key)).isEqualTo("{}");
            assertThat(((ReadResult.Found) result).version())
                    .isEqualTo(((ReadResult.Found) read(honest, key)).version());
        }
    }

    private void list(String key, boolean always) {
        String prefix = key.substring(0, key.length() - 1);
        stored(createRecord(honest, prefix + "j", "{}"));
        List<String> seen = new ArrayList<>();
        try {
            Optional<PageRequest> request = Optional.of(PageRequest.keys(prefix, 1));
            while (request.isPresent()) {
                Backend.Page page = lied.list(request.orElseThrow(), TIMEOUT)
                        .toCompletableFuture()
                        .join();
                page.entries().forEach(entry -> seen.add(entry.key()));
                request = request.orElseThrow().after(page);
            }
        } catch (CompletionException failed) {
            assertThat(failed).hasCauseInstanceOf(NotAppliedException.class);
            assertThat(always).as("failed: %s", failed.getCause()).isTrue();
            return;
        }
        assertThat(seen).containsExactlyInAnyOrder(key, prefix + "j");
    }
}
