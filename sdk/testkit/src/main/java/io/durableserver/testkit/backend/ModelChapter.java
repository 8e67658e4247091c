package io.durableserver.testkit.backend;

import static io.durableserver.testkit.backend.BackendFixture.bytes;
import static io.durableserver.testkit.backend.BackendFixture.found;
import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Random sequences against a model of a versioned record. */
interface ModelChapter extends BackendFixture {
    @Test
    default void randomSequencesAgreeWithTheModel() {
        for (int seed = 0; seed < seeds(); seed++) {
            new Sequence(this, seed).run();
        }
    }

    /** One key of the model. */
    final class Model {
        final String key;
        final List<Version> issued = new ArrayList<>();

        @Nullable
        Version current;

        byte[] record = new byte[0];

        Model(String key) {
            this.key = key;
        }
    }

    /** One sequence of steps, all drawn from one seed. */
    final class Sequence {
        private static final int STEPS = 40;
        private final BackendFixture fixture;
        private final int seed;
        private final Random random;
        private final List<Model> models = new ArrayList<>();

        Sequence(BackendFixture fixture, int seed) {
            this.fixture = fixture;
            this.seed = seed;
            this.random = new Random(seed);
            for (int i = 0; i < 3; i++) {
                models.add(new Model(fixture.key("model-" + seed + "-" + i)));
            }
        }

        void run() {
            for (int step = 0; step < STEPS; step++) {
                Model model = models.get(random.nextInt(models.size()));
                String where = "seed " + seed + ", step " + step + ", key " + model.key;
                try {
                    step(model);
                } catch (AssertionError broken) {
                    throw new AssertionError(where + ": " + broken.getMessage(), broken);
                }
            }
        }

        private void step(Model model) {
            byte[] record = bytes("r" + random.nextInt(4));
            switch (random.nextInt(5)) {
                case 0 -> wrote(model, record, fixture.create(model.key, record), model.current == null);
                case 1, 2 -> {
                    Version expected = drawn(model);
                    wrote(model, record, fixture.replace(model.key, record, expected), expected.equals(model.current));
                }
                case 3 -> {
                    Version expected = drawn(model);
                    removed(model, fixture.delete(model.key, expected), expected);
                }
                default -> agrees(model);
            }
        }

        /** Mostly the current version, else any this key ever had, else one that is not of this key. */
        private Version drawn(Model model) {
            Version current = model.current;
            if (current != null && random.nextInt(3) > 0) {
                return current;
            }
            int known = model.issued.size();
            return known == 0 ? new Version("none") : model.issued.get(random.nextInt(known));
        }

        private void wrote(Model model, byte[] record, WriteResult result, boolean allowed) {
            if (!allowed) {
                BackendFixture.assertConflict(result);
                return;
            }
            Version version = BackendFixture.stored(result);
            assertThat(model.issued).as("tokens of this key so far").doesNotContain(version);
            model.issued.add(version);
            model.current = version;
            model.record = record;
        }

        private void removed(Model model, WriteResult result, Version expected) {
            if (!expected.equals(model.current)) {
                BackendFixture.assertConflict(result);
                return;
            }
            BackendFixture.stored(result);
            model.current = null;
        }

        private void agrees(Model model) {
            ReadResult read = fixture.read(model.key);
            if (model.current == null) {
                assertThat(read).isInstanceOf(ReadResult.Absent.class);
            } else {
                assertThat(found(read).version()).isEqualTo(model.current);
                assertThat(found(read).record()).isEqualTo(model.record);
            }
        }
    }
}
