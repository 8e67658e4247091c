package io.durableserver.runtime.ownership;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.runtime.ownership.ConditionalWrite.Outcome;
import io.durableserver.runtime.ownership.ConditionalWrite.Step;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Every way a write can go, against a model store that applies it, loses its request or its response, refuses it, or
 * applies it later, while somebody else may write in between: what is said at the end is true then and stays true.
 */
class ConditionalWriteExplorationTest {
    private static final int DEPTH = 6;
    private static final byte[] OURS = "ours".getBytes(UTF_8);
    private static final byte[] BEFORE = "before".getBytes(UTF_8);
    private static final byte[] FOREIGN = "foreign".getBytes(UTF_8);

    private int explored;
    private final java.util.Set<String> seen = new java.util.HashSet<>();

    @SuppressWarnings("ArrayRecordComponent") // a model, never compared
    private record Stored(byte[] bytes, String version) {}

    /** One run, driven by a list of choices; asks for more choices than it has by failing with {@link More}. */
    private static final class Run {
        final int[] choices;
        int used;

        @Nullable
        Stored record;

        int versions;
        int applied;
        final List<Supplier<Boolean>> delayed = new ArrayList<>();

        Run(int[] choices) {
            this.choices = choices;
        }

        int choose(int options) {
            if (used >= choices.length) {
                throw new More(options);
            }
            return choices[used++];
        }
    }

    private static final class More extends RuntimeException {
        private static final long serialVersionUID = 1L;
        final int options;

        More(int options) {
            super(null, null, false, false);
            this.options = options;
        }
    }

    @Test
    void replaceTellsTheTruth() {
        for (String version : new String[] {"v0", "newer"}) {
            explore(new int[0], run -> {
                run.record = new Stored(BEFORE, version);
                return ConditionalWrite.replace(new Version("v0"), OURS);
            });
        }
        explore(new int[0], run -> ConditionalWrite.replace(new Version("v0"), OURS));
        assertThat(seen).contains("Stored", "Conflict[false]", "Conflict[true]", "NotApplied", "Unknown");
    }

    @Test
    void createTellsTheTruth() {
        explore(new int[0], run -> ConditionalWrite.create(OURS));
        explore(new int[0], run -> {
            run.record = new Stored(FOREIGN, "v0");
            return ConditionalWrite.create(OURS);
        });
        assertThat(seen).contains("Stored", "Conflict[false]", "Conflict[true]", "NotApplied", "Unknown");
    }

    @Test
    void deleteTellsTheTruth() {
        for (String version : new String[] {"v0", "newer"}) {
            explore(new int[0], run -> {
                run.record = new Stored(BEFORE, version);
                return ConditionalWrite.delete(new Version("v0"));
            });
        }
        assertThat(seen).contains("Stored", "Conflict[false]", "Conflict[true]", "NotApplied", "Unknown");
    }

    private void explore(int[] choices, java.util.function.Function<Run, ConditionalWrite> start) {
        Run run = new Run(choices);
        ConditionalWrite write = start.apply(run);
        try {
            play(run, write);
            explored++;
        } catch (More more) {
            for (int i = 0; i < more.options; i++) {
                int[] longer = java.util.Arrays.copyOf(choices, choices.length + 1);
                longer[choices.length] = i;
                explore(longer, start);
            }
        }
        assertThat(explored).isLessThan(5_000_000);
    }

    private void play(Run run, ConditionalWrite write) {
        Step step = write.resume();
        int steps = 0;
        while (!(step instanceof Step.Done)) {
            steps++;
            boolean mayRetry = steps < DEPTH;
            if (step instanceof Step.Write) {
                step = write.onWrite(attempt(run, write), mayRetry);
            } else if (step instanceof Step.Read) {
                interfere(run);
                step = write.onRead(read(run), mayRetry);
            } else {
                step = write.resume();
            }
        }
        check(run, write, ((Step.Done) step).outcome());
    }

    private static WriteResult attempt(Run run, ConditionalWrite write) {
        Exception cause = new IllegalStateException();
        return switch (run.choose(5)) {
            case 0 -> {
                String version = apply(run, write);
                yield version == null ? new WriteResult.Conflict() : new WriteResult.Stored(new Version(version));
            }
            case 1 -> new WriteResult.Unknown(cause); // the request was lost
            case 2 -> {
                apply(run, write); // the response was lost
                yield new WriteResult.Unknown(cause);
            }
            case 3 -> {
                run.delayed.add(() -> apply(run, write) != null);
                yield new WriteResult.Unknown(cause);
            }
            default -> new WriteResult.NotApplied(run.used % 2 == 0, cause);
        };
    }

    private static @Nullable String apply(Run run, ConditionalWrite write) {
        Stored before = run.record;
        String expected = write.expected().map(Version::token).orElse(null);
        boolean matches = before == null
                ? expected == null && write.bytes() != null
                : before.version().equals(expected);
        if (!matches) {
            return null;
        }
        run.applied++;
        String version = "v" + ++run.versions;
        byte[] bytes = write.bytes();
        run.record = bytes == null ? null : new Stored(bytes, version);
        return version;
    }

    /** Between two steps a delayed request may arrive, or somebody else may write. */
    private static void interfere(Run run) {
        switch (run.choose(3)) {
            case 0 -> {}
            case 1 ->
                run.delayed.forEach(arriving -> {
                    var unusedVersion = arriving.get();
                });
            default -> run.record = new Stored(FOREIGN, "v" + ++run.versions);
        }
    }

    private static ReadResult read(Run run) {
        if (run.choose(2) == 1) {
            return new ReadResult.Failed(true, new IllegalStateException());
        }
        Stored now = run.record;
        return now == null ? new ReadResult.Absent() : new ReadResult.Found(now.bytes(), new Version(now.version()));
    }

    private void check(Run run, ConditionalWrite write, Outcome outcome) {
        String story = java.util.Arrays.toString(run.choices) + " -> " + outcome;
        int before = run.applied;
        assertThat(before).as(story).isLessThanOrEqualTo(1);
        run.delayed.forEach(arriving -> {
            var unusedVersion = arriving.get();
        }); // whatever is still on its way arrives after the end
        if (outcome instanceof Outcome.Stored stored) {
            seen.add("Stored");
            if (write.bytes() != null) {
                assertThat(before).as(story).isEqualTo(1);
                assertThat(run.applied).as(story).isEqualTo(1);
                if (run.record != null && run.record.bytes() == OURS) {
                    assertThat(stored.version().token()).as(story).isEqualTo(run.record.version());
                }
            } else {
                assertThat(run.applied).as(story).isLessThanOrEqualTo(1);
            }
        } else if (outcome instanceof Outcome.NotApplied) {
            seen.add("NotApplied");
            assertThat(run.applied).as(story).isZero();
        } else if (outcome instanceof Outcome.Conflict conflict) {
            seen.add("Conflict[" + conflict.maybeApplied() + "]");
            if (!conflict.maybeApplied()) {
                assertThat(run.applied).as(story).isZero();
            }
        } else {
            seen.add("Unknown");
        }
    }
}
