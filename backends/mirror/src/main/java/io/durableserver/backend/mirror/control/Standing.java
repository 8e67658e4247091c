package io.durableserver.backend.mirror.control;

import io.durableserver.ConfigurationException;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.backend.mirror.base.Futures;
import io.durableserver.backend.mirror.control.Control.Versioned;
import io.durableserver.backend.mirror.rollout.Phase;
import io.durableserver.backend.mirror.rollout.Side;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a rollout stands, by the records of both stores. The one that owns is enough, whatever becomes of the other store; a
 * pause is certain only when both stores say so.
 *
 * @param record what counts
 * @param silent the stores that did not answer
 */
public record Standing(RolloutRecord record, Set<Side> silent) {
    private static final int READINGS = 3;

    public Phase phase() {
        return record.phase();
    }

    /** Fails with a {@link NotAppliedException} where that cannot be told. */
    public static CompletableFuture<Standing> read(Control control) {
        return read(control, 1);
    }

    private static CompletableFuture<Standing> read(Control control, int reading) {
        return word(control, Side.SOURCE)
                .thenCombine(word(control, Side.TARGET), (source, target) -> of(source, target, reading))
                .thenCompose(standing -> standing.isPresent()
                        ? CompletableFuture.completedFuture(standing.get())
                        : read(control, reading + 1));
    }

    /** What one store says: its record, or why it says nothing. */
    private record Word(
            Side side,
            Optional<RolloutRecord> record,
            @Nullable Throwable silence) {}

    private static CompletableFuture<Word> word(Control control, Side side) {
        return control.rollout(side).handle((found, failure) -> {
            if (failure == null) {
                return new Word(side, found.map(Versioned::record), null);
            }
            if (Futures.unwrap(failure) instanceof ConfigurationException wrong) {
                throw wrong;
            }
            return new Word(side, Optional.empty(), Futures.unwrap(failure));
        });
    }

    /** Empty when the two records do not fit together: they were read at different times, or one is old. */
    private static Optional<Standing> of(Word source, Word target, int reading) {
        Set<Side> silent = EnumSet.noneOf(Side.class);
        Stream.of(source, target).filter(word -> word.silence() != null).forEach(word -> silent.add(word.side()));
        Optional<RolloutRecord> newest = Stream.of(source, target)
                .flatMap(word -> word.record().stream())
                .max((one, two) -> one.revision() != two.revision()
                        ? Long.compare(one.revision(), two.revision())
                        : Boolean.compare(one.owns(), two.owns()));
        if (newest.isPresent()
                && (newest.get().owns()
                        || (silent.isEmpty() && newest.get().phase().paused()))) {
            return Optional.of(new Standing(newest.get(), Set.copyOf(silent)));
        }
        if (silent.isEmpty() && reading < READINGS) {
            return Optional.empty();
        }
        throw new NotAppliedException(
                Reason.STORAGE_UNAVAILABLE,
                silent.isEmpty()
                        ? "Neither store has a rollout record that counts"
                        : "Where the rollout stands cannot be told: a store does not answer",
                Map.of("silent", silent),
                source.silence() != null ? source.silence() : target.silence());
    }
}
