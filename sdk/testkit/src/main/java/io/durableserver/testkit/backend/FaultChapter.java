package io.durableserver.testkit.backend;

import static io.durableserver.testkit.backend.BackendFixture.await;
import static io.durableserver.testkit.backend.BackendFixture.bytes;
import static io.durableserver.testkit.backend.BackendFixture.found;
import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The store behind lost requests, lost answers and late effects: what results say stays true. */
interface FaultChapter extends BackendFixture {
    @Test
    default void notAppliedNeverWasAndStoredAlwaysWas() {
        for (int seed = 0; seed < Math.max(1, seeds() / 10); seed++) {
            try {
                play(seed);
            } catch (AssertionError broken) {
                throw new AssertionError("seed " + seed + ": " + broken.getMessage(), broken);
            }
        }
    }

    private void play(int seed) {
        StepScheduler scheduler = new StepScheduler();
        FaultPlan plan = new RandomFaults(seed, RandomFaults.Rates.all(0.12), Duration.ZERO, Duration.ofMillis(20));
        TrackedBackend real = new TrackedBackend(backend());
        FaultyBackend faulty = new FaultyBackend(real, plan, scheduler);
        Random random = new Random(~seed);
        String key = key("faults-" + seed);
        Set<String> neverApplied = new HashSet<>();
        Set<String> pending = new HashSet<>();
        for (int step = 0; step < 60; step++) {
            scheduler.advance(Duration.ofMillis(random.nextInt(5)));
            real.settle();
            String record = "step " + step;
            ReadResult before = read(key);
            WriteResult result = write(faulty, key, record, before);
            ReadResult after = read(key);
            if (result instanceof WriteResult.Stored stored && after instanceof ReadResult.Found found) {
                assertThat(found.version()).isEqualTo(stored.version());
                assertThat(text(found)).isEqualTo(record);
                // The version moved on: what still hangs somewhere must not get its effect any more.
                neverApplied.addAll(pending);
                pending.clear();
            } else if (result instanceof WriteResult.NotApplied || result instanceof WriteResult.Conflict) {
                neverApplied.add(record);
                assertThat(version(after)).isEqualTo(version(before));
            } else {
                assertThat(result).isInstanceOf(WriteResult.Unknown.class);
                pending.add(record);
            }
            if (after instanceof ReadResult.Found found) {
                assertThat(neverApplied).doesNotContain(text(found));
            }
            assertThat(await(faulty.get(key, ReadMode.STRONG, TIMEOUT)))
                    .satisfiesAnyOf(
                            read -> assertThat(read).isInstanceOf(ReadResult.Failed.class),
                            read -> assertThat(version(read)).isEqualTo(version(after)));
        }
        scheduler.advance(Duration.ofSeconds(1));
        real.settle();
        if (read(key) instanceof ReadResult.Found found) {
            assertThat(neverApplied).doesNotContain(text(found));
        }
    }

    private static WriteResult write(FaultyBackend faulty, String key, String record, ReadResult before) {
        return before instanceof ReadResult.Absent
                ? await(faulty.create(key, bytes(record), TIMEOUT))
                : await(faulty.replace(key, bytes(record), found(before).version(), TIMEOUT));
    }

    private static Version version(ReadResult result) {
        return result instanceof ReadResult.Found found ? found.version() : new Version("absent");
    }

    private static String text(ReadResult.Found found) {
        return new String(found.record(), StandardCharsets.UTF_8);
    }
}
