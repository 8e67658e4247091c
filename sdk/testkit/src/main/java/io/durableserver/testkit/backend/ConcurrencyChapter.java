package io.durableserver.testkit.backend;

import static io.durableserver.testkit.backend.BackendFixture.await;
import static io.durableserver.testkit.backend.BackendFixture.bytes;
import static io.durableserver.testkit.backend.BackendFixture.found;
import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.spi.Backend;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Many writers of one record. */
interface ConcurrencyChapter extends BackendFixture {
    /** Writers that race in each round. */
    int RACERS = 32;
    /** Rounds of each race. */
    int ROUNDS = 20;

    @Test
    default void oneOfManyRacingCreatesWins() {
        List<Backend> handles = List.of(backend(), another());
        for (int round = 0; round < ROUNDS; round++) {
            String key = key("create-" + round);
            assertOneWinner(key, racer -> handles.get(racer % 2).create(key, bytes("by " + racer), TIMEOUT));
        }
    }

    @Test
    default void oneOfManyRacingReplacesWins() {
        List<Backend> handles = List.of(backend(), another());
        String key = key("replace");
        Version version = created(key, bytes("start"));
        for (int round = 0; round < ROUNDS; round++) {
            Version expected = version;
            version = assertOneWinner(
                    key, racer -> handles.get(racer % 2).replace(key, bytes("by " + racer), expected, TIMEOUT));
        }
    }

    @Test
    default void noIncrementIsLost() {
        String key = key("counter");
        created(key, bytes("0"));
        AtomicInteger left = new AtomicInteger(increments());
        List<Backend> handles = List.of(backend(), another());
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<CompletableFuture<Void>> workers = new ArrayList<>();
            for (int worker = 0; worker < 8; worker++) {
                Backend handle = handles.get(worker % 2);
                workers.add(CompletableFuture.runAsync(() -> incrementWhile(left, handle, key), threads));
            }
            workers.forEach(BackendFixture::await);
        } finally {
            threads.shutdownNow();
        }
        assertThat(text(found(read(key)))).isEqualTo(Integer.toString(increments()));
    }

    private static void incrementWhile(AtomicInteger left, Backend handle, String key) {
        while (left.decrementAndGet() >= 0) {
            WriteResult result;
            do {
                ReadResult.Found now = found(await(handle.get(key, ReadMode.STRONG, TIMEOUT)));
                byte[] next = bytes(Integer.toString(Integer.parseInt(text(now)) + 1));
                result = await(handle.replace(key, next, now.version(), TIMEOUT));
                assertThat(result).isInstanceOfAny(WriteResult.Stored.class, WriteResult.Conflict.class);
            } while (!(result instanceof WriteResult.Stored));
        }
    }

    /** All racers start before any is awaited; all but one must conflict, and the record must be the winner's. */
    private Version assertOneWinner(String key, Function<Integer, CompletionStage<WriteResult>> race) {
        List<CompletionStage<WriteResult>> results = new ArrayList<>();
        for (int racer = 0; racer < RACERS; racer++) {
            results.add(race.apply(racer));
        }
        List<Integer> winners = new ArrayList<>();
        List<Version> versions = new ArrayList<>();
        for (int racer = 0; racer < RACERS; racer++) {
            WriteResult result = await(results.get(racer));
            if (result instanceof WriteResult.Stored stored) {
                winners.add(racer);
                versions.add(stored.version());
            } else {
                assertThat(result).isInstanceOf(WriteResult.Conflict.class);
            }
        }
        assertThat(winners).as("winners of one round").hasSize(1);
        assertRecord(key, bytes("by " + winners.get(0)), versions.get(0));
        return versions.get(0);
    }

    private static String text(ReadResult.Found found) {
        return new String(found.record(), StandardCharsets.UTF_8);
    }
}
