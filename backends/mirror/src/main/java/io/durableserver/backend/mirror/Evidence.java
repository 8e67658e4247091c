package io.durableserver.backend.mirror;

import io.durableserver.backend.mirror.RecordOrder.Position;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import java.util.Optional;

/**
 * What is known of an authoritative record apart from what a read says now. Somebody between us and a store may make up an
 * answer, an absence or an old record; one reading alone therefore settles nothing. It counts at once where it agrees with
 * this, and otherwise only together with a second reading, apart in time.
 */
sealed interface Evidence {
    /** Whether a reading says what is known already, so that it counts at once. */
    boolean agrees(ReadResult reading, RecordOrder order);

    /** Nothing is known: the outcome of a write was unclear, or it was a removal whose counterpart nobody knows. */
    record None() implements Evidence {
        @Override
        public boolean agrees(ReadResult reading, RecordOrder order) {
            return false;
        }
    }

    /**
     * The store has answered that it stored a record of ours. What is newer by its position is no answer of the past either.
     *
     * @param position of our record; empty for bytes without an order
     */
    record Wrote(Version version, Optional<Position> position) implements Evidence {
        @Override
        public boolean agrees(ReadResult reading, RecordOrder order) {
            return reading instanceof ReadResult.Found found
                    && (found.version().equals(version)
                            || (position.isPresent()
                                    && order.position(found.record())
                                            .filter(now -> now.follows(position.get()))
                                            .isPresent()));
        }
    }

    /** A listing, or a look before, has shown this version: that the key is absent now would contradict it. */
    record Shown(Version version) implements Evidence {
        @Override
        public boolean agrees(ReadResult reading, RecordOrder order) {
            return reading instanceof ReadResult.Found found && found.version().equals(version);
        }
    }

    /** Looks apart in time found no record, and a listing after them did not have the key. */
    record Gone() implements Evidence {
        @Override
        public boolean agrees(ReadResult reading, RecordOrder order) {
            return reading instanceof ReadResult.Absent;
        }
    }
}
