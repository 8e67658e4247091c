package io.durableserver.testkit.store;

import static io.durableserver.testkit.store.BackendFixture.TIMEOUT;
import static io.durableserver.testkit.store.BackendFixture.await;
import static io.durableserver.testkit.store.BackendFixture.bytes;

import io.durableserver.spi.Backend;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;

/**
 * One sequence of steps over a few keys, all drawn from one seed; each step goes to any of the handles. After every step
 * all keys are read and must be as the model says. Each sequence deletes and recreates a record with identical bytes at
 * least once, and then tries all old tokens.
 */
final class ModelSequence {
    private static final int STEPS = 40;
    private static final int KEYS = 3;

    private final List<Backend> handles;
    private final int seed;
    private final Random random;
    private final List<ModelKey> keys = new ArrayList<>();

    ModelSequence(BackendFixture fixture, List<Backend> handles, int seed) {
        this.handles = handles;
        this.seed = seed;
        this.random = new Random(seed);
        for (int i = 0; i < KEYS; i++) {
            keys.add(new ModelKey(fixture.key("model-" + seed + "-" + i)));
        }
    }

    void run() {
        int recreation = STEPS / 4 + random.nextInt(STEPS / 2);
        for (int step = 0; step < STEPS; step++) {
            ModelKey model = keys.get(random.nextInt(KEYS));
            try {
                if (step == recreation) {
                    recreate(model);
                } else {
                    step(model);
                }
                agree();
            } catch (AssertionError broken) {
                throw new AssertionError(
                        "seed " + seed + ", step " + step + ", key " + model.key + ": " + broken.getMessage(), broken);
            }
        }
    }

    private void step(ModelKey model) {
        byte[] record = bytes("r" + random.nextInt(4));
        switch (random.nextInt(4)) {
            case 0 -> create(model, record);
            case 1, 2 -> replace(model, record, drawn(model));
            default -> delete(model, drawn(model));
        }
    }

    private void recreate(ModelKey model) {
        create(model, bytes("first"));
        byte[] same = model.record;
        for (int round = 0; round < 2; round++) {
            delete(model, model.issued.get(model.issued.size() - 1));
            tryOldTokens(model, same);
            create(model, same);
            tryOldTokens(model, same);
        }
    }

    private void tryOldTokens(ModelKey model, byte[] record) {
        for (Version old : List.copyOf(model.issued)) {
            if (!old.equals(model.current)) {
                replace(model, record, old);
                delete(model, old);
            }
        }
        agree();
    }

    /** Mostly the current version, else any this key ever had, else one that is not of this key. */
    private Version drawn(ModelKey model) {
        Version current = model.current;
        if (current != null && random.nextInt(3) > 0) {
            return current;
        }
        int known = model.issued.size();
        return known == 0 ? new Version("none") : model.issued.get(random.nextInt(known));
    }

    private void create(ModelKey model, byte[] record) {
        model.wrote(record, await(handle().create(model.key, record, TIMEOUT)), model.current == null);
    }

    private void replace(ModelKey model, byte[] record, Version expected) {
        boolean allowed = expected.equals(model.current);
        model.wrote(record, await(handle().replace(model.key, record, expected, TIMEOUT)), allowed);
    }

    private void delete(ModelKey model, Version expected) {
        boolean allowed = expected.equals(model.current);
        model.removed(await(handle().delete(model.key, expected, TIMEOUT)), allowed);
    }

    private void agree() {
        List<CompletionStage<ReadResult>> reads = new ArrayList<>();
        keys.forEach(model -> reads.add(handle().get(model.key, ReadMode.STRONG, TIMEOUT)));
        for (int i = 0; i < KEYS; i++) {
            keys.get(i).agrees(await(reads.get(i)));
        }
    }

    private Backend handle() {
        return handles.get(random.nextInt(handles.size()));
    }
}
