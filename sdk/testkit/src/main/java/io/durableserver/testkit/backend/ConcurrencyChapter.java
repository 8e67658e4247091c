package io.durableserver.testkit.backend;

import static io.durableserver.testkit.backend.BackendFixture.await;
import static io.durableserver.testkit.backend.BackendFixture.bytes;
import static io.durableserver.testkit.backend.BackendFixture.found;
import static io.durableserver.testkit.backend.BackendFixture.stored;
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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Many writers of one record. */
interface ConcurrencyChapter extends BackendFixture {
    /** Each round is a read, the race of 32 for the next number, and the one who wins it. */
    @Test
    default void oneOfManyRacingReplacesWins() {
        String key = key("replace");
        Version version = created(key, bytes("0"));
        try (Race race = new Race(List.of(backend(), another()))) {
            for (int round = 1; round <= rounds(); round++) {
                Version expected = version;
                byte[] record = bytes(Integer.toString(round));
                List<WriteResult> ends = race.run((racer, handle) -> handle.replace(key, record, expected, TIMEOUT));
                assertThat(Race.winners(ends)).as("winners of round %d", round).hasSize(1);
                version = stored(ends.get(Race.winners(ends).get(0)));
                assertRecord(key, record, version);
            }
        }
    }

    @Test
    default void oneOfManyRacingCreatesWins() {
        try (Race race = new Race(List.of(backend(), another()))) {
            for (int round = 0; round < someRounds(); round++) {
                String key = key("create-" + round);
                List<WriteResult> ends = race.run((racer, handle) -> handle.create(key, bytes("by " + racer), TIMEOUT));
                assertThat(Race.winners(ends)).as("winners of round %d", round).hasSize(1);
                int winner = Race.winners(ends).get(0);
                assertRecord(key, bytes("by " + winner), stored(ends.get(winner)));
            }
        }
    }

    /** One version, wanted by replaces and deletes, while creates wait for a delete to win. */
    @Test
    default void deletesReplacesAndCreatesOfOneVersionHaveOneWinner() {
        String key = key("mixed");
        try (Race race = new Race(List.of(backend(), another()))) {
            for (int round = 0; round < someRounds(); round++) {
                Version version =
                        read(key) instanceof ReadResult.Found found ? found.version() : created(key, bytes("start"));
                List<WriteResult> ends = race.run((racer, handle) -> switch (racer % 4) {
                    case 0 -> handle.replace(key, bytes("by " + racer), version, TIMEOUT);
                    case 1 -> handle.create(key, bytes("by " + racer), TIMEOUT);
                    default -> handle.delete(key, version, TIMEOUT);
                });
                assertMixedRound(key, round, ends);
            }
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

    private void assertMixedRound(String key, int round, List<WriteResult> ends) {
        List<Integer> creators =
                Race.winners(ends).stream().filter(racer -> racer % 4 == 1).toList();
        List<Integer> owners =
                Race.winners(ends).stream().filter(racer -> racer % 4 != 1).toList();
        assertThat(owners).as("winners of the version in round %d", round).hasSize(1);
        int owner = owners.get(0);
        boolean deleted = owner % 4 != 0;
        assertThat(creators)
                .as("winners of the absent record in round %d", round)
                .hasSizeLessThan(deleted ? 2 : 1);
        if (!deleted || !creators.isEmpty()) {
            int last = deleted ? creators.get(0) : owner;
            assertRecord(key, bytes("by " + last), stored(ends.get(last)));
        } else {
            assertAbsent(key);
        }
    }

    /** For the races that are variations of the first one. */
    private int someRounds() {
        return Math.max(1, rounds() / 8);
    }

    private static String text(ReadResult.Found found) {
        return new String(found.record(), StandardCharsets.UTF_8);
    }
}
