package io.durableserver.testkit.store;

import static io.durableserver.testkit.store.BackendFixture.await;
import static io.durableserver.testkit.store.BackendFixture.bytes;
import static io.durableserver.testkit.store.BackendFixture.found;
import static io.durableserver.testkit.store.BackendFixture.stored;
import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.spi.Backend;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import io.durableserver.testkit.Effort;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Many writers of one record. */
interface ConcurrencyChapter extends BackendFixture {
    /** Each round is a read, the race of 32 for the next number, and the one who wins it. */
    @Test
    default void oneOfManyRacingReplacesWins() {
        String key = key("replace");
        Version version = created(key, bytes("0"));
        try (Race race = race()) {
            for (int round = 1; round <= Effort.count(rounds()); round++) {
                Version expected = version;
                byte[] record = bytes(Integer.toString(round));
                Race.Ends ends = race.run((racer, handle) -> handle.replace(key, record, expected, TIMEOUT));
                version = oneWon(key, round, ends, racer -> record);
            }
        }
    }

    @Test
    default void oneOfManyRacingCreatesWins() {
        try (Race race = race()) {
            for (int round = 0; round < someRounds(); round++) {
                String key = key("create-" + round);
                Race.Ends ends = race.run((racer, handle) -> handle.create(key, by(racer, 0), TIMEOUT));
                oneWon(key, round, ends, racer -> by(racer, 0));
            }
        }
    }

    /** One version, wanted by replaces and deletes, while creates wait for a delete to win. */
    @Test
    default void deletesReplacesAndCreatesOfOneVersionHaveOneWinner() {
        String key = key("mixed");
        try (Race race = race()) {
            for (int round = 0; round < someRounds(); round++) {
                Version version =
                        read(key) instanceof ReadResult.Found found ? found.version() : created(key, bytes("start"));
                int number = round;
                Race.Ends ends = race.run((racer, handle) -> {
                    if (replaces(racer)) {
                        return handle.replace(key, by(racer, number), version, TIMEOUT);
                    }
                    return creates(racer)
                            ? handle.create(key, by(racer, number), TIMEOUT)
                            : handle.delete(key, version, TIMEOUT);
                });
                assertMixedRound(key, round, ends);
            }
        }
    }

    /** What was told to be stored is there; more only as far as a caller was told that it may be. */
    @Test
    default void noIncrementIsLost() {
        String key = key("counter");
        created(key, bytes("0"));
        AtomicInteger left = new AtomicInteger(increments());
        AtomicInteger doubts = new AtomicInteger();
        List<Backend> handles = List.of(backend(), another());
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<CompletableFuture<Void>> workers = new ArrayList<>();
            for (int worker = 0; worker < 8; worker++) {
                Backend handle = handles.get(worker % 2);
                workers.add(CompletableFuture.runAsync(() -> incrementWhile(left, doubts, handle, key), threads));
            }
            workers.forEach(BackendFixture::await);
        } finally {
            threads.shutdownNow();
        }
        assertThat(Integer.parseInt(text(found(read(key))))).isBetween(increments(), increments() + doubts.get());
    }

    private void incrementWhile(AtomicInteger left, AtomicInteger doubts, Backend handle, String key) {
        while (left.decrementAndGet() >= 0) {
            WriteResult result;
            do {
                ReadResult.Found now = found(await(handle.get(key, ReadMode.STRONG, TIMEOUT)));
                byte[] next = bytes(Integer.toString(Integer.parseInt(text(now)) + 1));
                result = await(handle.replace(key, next, now.version(), TIMEOUT));
                assertThat(result).isInstanceOfAny(Race.allowed(losersMayBeInDoubt()));
                if (result instanceof WriteResult.Unknown) {
                    doubts.incrementAndGet();
                }
            } while (!(result instanceof WriteResult.Stored));
        }
    }

    /** The version of the one write that took effect. */
    private Version oneWon(String key, int round, Race.Ends ends, IntFunction<byte[]> records) {
        assertThat(ends.stored()).as("winners of round %d", round).hasSizeLessThan(2);
        assertThat(ends.winners()).as("possible winners of round %d", round).isNotEmpty();
        ReadResult.Found now = found(read(key));
        assertThat(ends.winners().stream().map(records::apply))
                .as("records of the possible winners of round %d", round)
                .anySatisfy(record -> assertThat(now.record()).isEqualTo(record));
        ends.stored()
                .forEach(winner -> assertThat(now.version())
                        .isEqualTo(stored(ends.results().get(winner))));
        return now.version();
    }

    private void assertMixedRound(String key, int round, Race.Ends ends) {
        List<Integer> creators =
                ends.stored().stream().filter(ConcurrencyChapter::creates).toList();
        List<Integer> owners =
                ends.stored().stream().filter(racer -> !creates(racer)).toList();
        assertThat(owners).as("winners of the version in round %d", round).hasSizeLessThan(2);
        assertThat(creators)
                .as("winners of the absent record in round %d", round)
                .hasSizeLessThan(2);
        List<Integer> last = List.of();
        if (read(key) instanceof ReadResult.Found found) {
            last = IntStream.range(0, Race.RACERS)
                    .filter(racer -> ends.mayHaveWon(racer) && text(found).equals(text(by(racer, round))))
                    .boxed()
                    .toList();
            assertThat(last)
                    .as("who wrote '%s' of round %d", text(found), round)
                    .hasSize(1);
            if (ends.results().get(last.get(0)) instanceof WriteResult.Stored stored) {
                assertThat(found.version()).isEqualTo(stored.version());
            }
        }
        if (last.stream().anyMatch(ConcurrencyChapter::replaces)) {
            assertThat(owners)
                    .as("winners beside the replace in round %d", round)
                    .isSubsetOf(last);
            assertThat(creators)
                    .as("creates of a record that was there in round %d", round)
                    .isEmpty();
        } else {
            // It was deleted, and perhaps created again.
            assertThat(IntStream.range(0, Race.RACERS))
                    .as("a delete in round %d", round)
                    .anyMatch(racer -> !replaces(racer) && !creates(racer) && ends.mayHaveWon(racer));
            assertThat(owners)
                    .as("replaces beside the delete in round %d", round)
                    .noneMatch(ConcurrencyChapter::replaces);
            assertThat(creators).as("creates in round %d", round).isSubsetOf(last);
        }
    }

    private Race race() {
        return new Race(List.of(backend(), another()), losersMayBeInDoubt());
    }

    private static boolean replaces(int racer) {
        return racer % 4 == 0;
    }

    private static boolean creates(int racer) {
        return racer % 4 == 1;
    }

    private static byte[] by(int racer, int round) {
        return bytes("by " + racer + " in " + round);
    }

    /** For the races that are variations of the first one. */
    private int someRounds() {
        return Effort.count(Math.max(1, rounds() / 4));
    }

    private static String text(ReadResult.Found found) {
        return text(found.record());
    }

    private static String text(byte[] record) {
        return new String(record, StandardCharsets.UTF_8);
    }
}
