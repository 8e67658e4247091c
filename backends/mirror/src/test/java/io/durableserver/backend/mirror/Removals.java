package io.durableserver.backend.mirror;

import io.durableserver.backend.mirror.control.ControlFormat;
import io.durableserver.backend.mirror.control.RolloutRecord;
import io.durableserver.backend.mirror.rollout.Side;
import io.durableserver.spi.Backend;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import io.durableserver.testkit.backend.ForwardingBackend;
import io.durableserver.testkit.backend.InMemoryBackend;
import io.durableserver.testkit.backend.InMemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/**
 * Watches both stores for records of the mirror that go while their server lives: a life of a key begins with the create that
 * the authority took and ends with the delete it took, and what the mirror has of a life stays until then.
 */
final class Removals {
    private static final String ROLLOUT = Node.PREFIX + "__rollout/default";

    private final InMemoryStore source;
    private final InMemoryStore target;
    /** How often the authority has removed a key. */
    private final Map<String, Integer> ends = new HashMap<>();
    /** The life of each record that the authority took; no two records are equal. */
    private final Map<String, Integer> lives = new HashMap<>();

    private final List<String> wrong = new ArrayList<>();

    Removals(InMemoryStore source, InMemoryStore target) {
        this.source = source;
        this.target = target;
    }

    /** What was removed while it was needed: key and record. */
    List<String> wrong() {
        return wrong;
    }

    /**
     * A handle on one of the stores.
     *
     * @param own the timeout that tells the mirror's own requests from those of its clients
     */
    Backend watched(Side side, Duration own) {
        return new ForwardingBackend(handle(side)) {
            @Override
            public CompletionStage<WriteResult> create(String key, byte[] record, Duration timeout) {
                return super.create(key, record, timeout).thenApply(result -> stored(side, key, record, result));
            }

            @Override
            public CompletionStage<WriteResult> replace(String key, byte[] record, Version expected, Duration timeout) {
                return super.replace(key, record, expected, timeout)
                        .thenApply(result -> stored(side, key, record, result));
            }

            @Override
            public CompletionStage<WriteResult> delete(String key, Version expected, Duration timeout) {
                Optional<String> before = state(side, key);
                return super.delete(key, expected, timeout).thenApply(result -> {
                    if (result instanceof WriteResult.Stored) {
                        removed(side, key, before.orElseThrow(), timeout.equals(own));
                    }
                    return result;
                });
            }
        };
    }

    private WriteResult stored(Side side, String key, byte[] record, WriteResult result) {
        if (result instanceof WriteResult.Stored && side == authority() && !isControl(key)) {
            lives.putIfAbsent(key + Ledger.state(record), ends.getOrDefault(key, 0));
        }
        return result;
    }

    private void removed(Side side, String key, String record, boolean own) {
        if (isControl(key)) {
            return;
        }
        if (side == authority()) {
            ends.merge(key, 1, Integer::sum);
        } else if (own) {
            Integer life = lives.get(key + record);
            state(side.other(), key)
                    .filter(now -> life != null && life.equals(lives.get(key + now)))
                    .ifPresent(now -> wrong.add(key + " " + record + " while the authority has " + now));
        }
    }

    /** Who has the authority in truth, or had it before the pause. */
    private Side authority() {
        return Stream.of(rollout(Side.SOURCE), rollout(Side.TARGET))
                .flatMap(Optional::stream)
                .max(Comparator.comparingLong(RolloutRecord::revision))
                .map(newest -> newest.phase().holder())
                .orElse(Side.SOURCE);
    }

    private Optional<RolloutRecord> rollout(Side side) {
        return found(side, ROLLOUT).map(found -> ControlFormat.rollout(ROLLOUT, found.record()));
    }

    private Optional<String> state(Side side, String key) {
        return found(side, key).map(Ledger::state);
    }

    private Optional<ReadResult.Found> found(Side side, String key) {
        ReadResult read = handle(side)
                .get(key, ReadMode.STRONG, Duration.ofSeconds(1))
                .toCompletableFuture()
                .join();
        return read instanceof ReadResult.Found found ? Optional.of(found) : Optional.empty();
    }

    private InMemoryBackend handle(Side side) {
        return new InMemoryBackend(side == Side.SOURCE ? source : target);
    }

    private static boolean isControl(String key) {
        return key.startsWith(Node.PREFIX + "__rollout/");
    }
}
