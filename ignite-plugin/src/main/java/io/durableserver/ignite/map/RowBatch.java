package io.durableserver.ignite.map;

import io.durableserver.spi.PageBuilder;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** The rows of a {@link RowRequest}, and how far it came. Not a record: Ignite's marshaller cannot read those. */
final class RowBatch implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Why reading ended. */
    enum End {
        /** All partitions were read. */
        DONE,
        /** The next row has no room. */
        FULL,
        /** Many rows were passed that are not wanted: to be gone on with. */
        PAUSED,
        /** The next partition is not on this node, or not all of it: it moves, or all copies are gone. */
        ELSEWHERE
    }

    /** How many rows one batch reads, wanted or not: others wait for the thread. */
    private static final int MAX_PASSED = 20_000;

    private final String[] keys;
    private final byte[][] rows;
    private final int partitions;
    private final String after;
    private final End end;
    private final int passed;

    private RowBatch(String[] keys, byte[][] rows, int partitions, String after, End end, int passed) {
        this.keys = keys;
        this.rows = rows;
        this.partitions = partitions;
        this.after = after;
        this.end = end;
        this.passed = passed;
    }

    /** How many of the partitions were read to their end. */
    int partitions() {
        return partitions;
    }

    /** The key the partition after these is read on from; empty for its begin. */
    String after() {
        return after;
    }

    End end() {
        return end;
    }

    /** Whether it is worth to ask for the next one at once: not where the next partition has to become readable first. */
    boolean isProgress() {
        return partitions > 0 || keys.length > 0 || end != End.ELSEWHERE;
    }

    /** How many rows were read for it, wanted or not: what it cost. */
    int passed() {
        return passed;
    }

    void forEach(BiConsumer<String, Row> to) {
        for (int i = 0; i < keys.length; i++) {
            to.accept(keys[i], Row.parse(rows[i]));
        }
    }

    /** A batch that is being read. */
    static final class Builder {
        private final RowRequest request;
        private final List<String> keys = new ArrayList<>();
        private final List<byte[]> rows = new ArrayList<>();
        private int passed;
        private long bytes;

        Builder(RowRequest request) {
            this.request = request;
        }

        /** A row comes: {@link End#DONE} when it was taken or is not wanted, else why it belongs to the next batch. */
        End add(String key, byte[] row) {
            if (passed == MAX_PASSED) {
                return End.PAUSED;
            }
            passed++;
            if (!request.wants(key, Row.parse(row))) {
                return End.DONE;
            }
            long size = PageBuilder.size(key, row);
            if (!request.hasRoom(keys.size(), bytes, size)) {
                return End.FULL;
            }
            bytes += size;
            keys.add(key);
            rows.add(row);
            return End.DONE;
        }

        /**
         * The batch.
         *
         * @param partitions how many were read to their end
         * @param after the key that was passed last in the next one
         */
        RowBatch end(int partitions, String after, End end) {
            return new RowBatch(
                    keys.toArray(String[]::new), rows.toArray(byte[][]::new), partitions, after, end, passed);
        }
    }
}
