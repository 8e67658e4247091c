package io.durableserver.ignite.map;

import java.io.Serializable;

/** A piece of the rows of a cache, as one node is asked for it. Not a record: Ignite's marshaller cannot read those. */
final class RowRequest implements Serializable {
    private static final long serialVersionUID = 1L;

    /** What rows are wanted. */
    enum Kind {
        VALUES,
        MARKS,
        ALL
    }

    private final int[] partitions;
    private final String after;
    private final String prefix;
    private final Kind kind;
    private final int maxRows;
    private final long maxBytes;
    private final boolean atLeastOne;

    /**
     * A piece.
     *
     * @param partitions in the order in which they are read
     * @param after the key the first of them is read on from; empty for its begin
     * @param maxBytes of keys and values
     * @param atLeastOne whether the first row comes whatever its size
     */
    RowRequest(
            int[] partitions, String after, String prefix, Kind kind, int maxRows, long maxBytes, boolean atLeastOne) {
        this.partitions = partitions;
        this.after = after;
        this.prefix = prefix;
        this.kind = kind;
        this.maxRows = maxRows;
        this.maxBytes = maxBytes;
        this.atLeastOne = atLeastOne;
    }

    int[] partitions() {
        return partitions;
    }

    String after() {
        return after;
    }

    /** Whether a row has room after others. */
    boolean hasRoom(int rows, long bytes, long size) {
        return rows < maxRows && (bytes + size <= maxBytes || (atLeastOne && rows == 0));
    }

    boolean wants(String key, Row row) {
        return key.startsWith(prefix) && (kind == Kind.ALL || row.isMark() == (kind == Kind.MARKS));
    }
}
