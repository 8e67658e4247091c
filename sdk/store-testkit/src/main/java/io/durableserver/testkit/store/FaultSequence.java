package io.durableserver.testkit.store;

import static io.durableserver.testkit.store.BackendFixture.TIMEOUT;
import static io.durableserver.testkit.store.BackendFixture.await;
import static io.durableserver.testkit.store.BackendFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.NotAppliedException;
import io.durableserver.spi.Backend;
import io.durableserver.spi.PageRequest;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import io.durableserver.testkit.backend.FaultPlan;
import io.durableserver.testkit.backend.FaultyBackend;
import io.durableserver.testkit.backend.RandomFaults;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Random writes of one key under random faults. Every change seen in the store must be a write that was told as stored,
 * or one whose end was told as unknown and whose condition held; a write told as not applied or as a conflict explains
 * nothing.
 */
final class FaultSequence {
    private static final int STEPS = 60;

    /** What a key holds; an absent record has no version. */
    private record Seen(@Nullable Version version, String record) {
        static final Seen ABSENT = new Seen(null, "");
    }

    /** A write whose end is unknown: it may have its effect at any time while its condition holds. */
    private record Pending(
            @Nullable Version expected, @Nullable String record) {
        boolean explains(Seen before, Seen after) {
            boolean met = expected == null ? before.version() == null : expected.equals(before.version());
            boolean made = record == null ? after.version() == null : record.equals(after.record());
            return met && made;
        }
    }

    private final Backend store;
    private final String key;
    private final int seed;
    private final Random random;
    private final StepScheduler scheduler = new StepScheduler();
    private final TrackedBackend tracked;
    private final FaultyBackend faulty;
    private final List<Pending> pending = new ArrayList<>();
    private Seen seen = Seen.ABSENT;

    FaultSequence(Backend store, String key, int seed) {
        this.store = store;
        this.key = key;
        this.seed = seed;
        this.random = new Random(~seed);
        this.tracked = new TrackedBackend(store);
        FaultPlan plan = new RandomFaults(seed, RandomFaults.Rates.all(0.12), Duration.ZERO, Duration.ofMillis(20));
        this.faulty = new FaultyBackend(tracked, plan, scheduler);
    }

    void run() {
        for (int step = 0; step < STEPS; step++) {
            try {
                settle(Duration.ofMillis(random.nextInt(5)));
                write("step " + step);
                read();
                list();
            } catch (AssertionError broken) {
                throw new AssertionError("seed " + seed + ", step " + step + ": " + broken.getMessage(), broken);
            }
        }
        settle(Duration.ofSeconds(1));
    }

    private void settle(Duration duration) {
        scheduler.advance(duration);
        tracked.settle();
        look();
    }

    private void write(String record) {
        Version version = seen.version();
        boolean deletes = version != null && random.nextInt(4) == 0;
        WriteResult result = await(
                version == null
                        ? faulty.create(key, bytes(record), TIMEOUT)
                        : deletes
                                ? faulty.delete(key, version, TIMEOUT)
                                : faulty.replace(key, bytes(record), version, TIMEOUT));
        Pending mine = new Pending(version, deletes ? null : record);
        if (result instanceof WriteResult.Stored stored) {
            Seen after = now();
            assertThat(mine.explains(seen, after)).as("a stored write is there").isTrue();
            assertThat(after.version()).isEqualTo(deletes ? null : stored.version());
            seen = after;
        } else {
            assertThat(result).isNotInstanceOf(WriteResult.Conflict.class);
            if (result instanceof WriteResult.Unknown) {
                pending.add(mine);
            }
            look();
        }
    }

    /** Several late effects may come between two looks, each on top of another. */
    private void look() {
        Seen after = now();
        Seen before = seen;
        if (!after.equals(before) && !takes(before, after)) {
            boolean gone = takes(before, Seen.ABSENT);
            assertThat(gone && takes(Seen.ABSENT, after))
                    .as("a change from %s to %s, pending: %s", before, after, pending)
                    .isTrue();
        }
        seen = after;
    }

    private boolean takes(Seen before, Seen after) {
        Optional<Pending> one =
                pending.stream().filter(write -> write.explains(before, after)).findFirst();
        one.ifPresent(pending::remove);
        return one.isPresent();
    }

    private Seen now() {
        ReadResult result = await(store.get(key, ReadMode.STRONG, TIMEOUT));
        assertThat(result).isNotInstanceOf(ReadResult.Failed.class);
        return seen(result);
    }

    private static Seen seen(ReadResult result) {
        return result instanceof ReadResult.Found found
                ? new Seen(found.version(), new String(found.record(), StandardCharsets.UTF_8))
                : Seen.ABSENT;
    }

    private void read() {
        ReadResult result = await(faulty.get(key, ReadMode.STRONG, TIMEOUT));
        if (!(result instanceof ReadResult.Failed)) {
            assertThat(seen(result)).isEqualTo(seen);
        }
    }

    private void list() {
        CompletionStage<Backend.Page> listing = faulty.list(PageRequest.keys(key, 10), TIMEOUT);
        try {
            Version version = seen.version();
            assertThat(listing.toCompletableFuture().get().entries())
                    .isEqualTo(version == null ? List.of() : List.of(new Backend.Listed(key, version)));
        } catch (ExecutionException failed) {
            assertThat(failed).hasCauseInstanceOf(NotAppliedException.class);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted", interrupted);
        }
    }
}
