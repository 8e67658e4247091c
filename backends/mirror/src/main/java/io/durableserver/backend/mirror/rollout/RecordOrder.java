package io.durableserver.backend.mirror.rollout;

import java.util.Optional;

/**
 * Tells which of two versions of a record is newer, from their bytes. It is a second lock beside the version tokens: what
 * is ahead of the authoritative record is never overwritten, and is reported. Thread-safe, and never throws.
 */
@FunctionalInterface
public interface RecordOrder {
    /** The order of this library's own records: epoch and write counter of servers, renewals of leases. */
    static RecordOrder durableRecords() {
        return new DurableRecordOrder();
    }

    /**
     * The position of a record; empty for bytes without one. Among these the authoritative record always wins; over a record
     * with a position it does only when an operator says so.
     */
    Optional<Position> position(byte[] record);

    /**
     * A place in the life of one record. Positions of different lineages are not comparable.
     *
     * @param lineage what is counted, such as the kind of the record
     * @param major counts first
     * @param minor counts among equal majors
     * @param last whether the record's life ends here, so that anything may follow
     */
    record Position(String lineage, long major, long minor, boolean last) {
        /** Whether this is certainly newer than the other, with nothing that could explain it. */
        boolean isAheadOf(Position other) {
            return !last && follows(other);
        }

        /** Whether this is a later place in the same count. */
        boolean follows(Position other) {
            return lineage.equals(other.lineage) && (major != other.major ? major > other.major : minor > other.minor);
        }
    }

    /** Whether the first record stands later in the same count than the second, even where its life ends with it. */
    default boolean follows(byte[] first, byte[] second) {
        Optional<Position> one = position(first);
        Optional<Position> two = position(second);
        return one.isPresent() && two.isPresent() && one.get().follows(two.get());
    }

    /** Whether the first record is certainly newer than the second. */
    default boolean isAhead(byte[] first, byte[] second) {
        Optional<Position> one = position(first);
        Optional<Position> two = position(second);
        return one.isPresent() && two.isPresent() && one.get().isAheadOf(two.get());
    }
}
