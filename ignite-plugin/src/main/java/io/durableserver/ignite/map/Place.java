package io.durableserver.ignite.map;

import io.durableserver.spi.SharedMap;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.stream.IntStream;

/**
 * How far a reading of all partitions has come: which are left, and after which key the one that was begun goes on. As
 * text it is the cursor of a page: a bit for each partition that is left, in hexadecimal digits, then the partition that
 * was begun, then the key. Not thread-safe.
 */
final class Place {
    private static final int NONE = -1;

    private final BitSet left;
    private int begun = NONE;
    private String after = "";

    private Place(BitSet left) {
        this.left = left;
    }

    /** The place before the first of so many partitions. */
    static Place start(int partitions) {
        BitSet all = new BitSet();
        all.set(0, partitions);
        return new Place(all);
    }

    /** The place before one partition, which is the only one. */
    static Place before(int partition) {
        BitSet one = new BitSet();
        one.set(partition);
        return new Place(one);
    }

    /**
     * A cursor, or the start.
     *
     * @throws IllegalArgumentException when this is not the cursor of a page
     */
    static Place of(String cursor, int partitions) {
        if (cursor.equals(SharedMap.START)) {
            return start(partitions);
        }
        String[] parts = cursor.split(":", 3);
        try {
            Place place = new Place(BitSet.valueOf(HexFormat.of().parseHex(parts[0])));
            place.begin(Integer.parseInt(parts[1]), parts[2]);
            if (place.left.length() <= partitions && place.isWhole()) {
                return place;
            }
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            throw new IllegalArgumentException("not a cursor: " + cursor, e);
        }
        throw new IllegalArgumentException("not a cursor: " + cursor);
    }

    private boolean isWhole() {
        return begun == NONE ? after.isEmpty() : begun >= 0 && left.get(begun) && !after.isEmpty();
    }

    /** Only these partitions count: others are nothing to this reading. One that was begun and does not count is over. */
    void retain(BitSet counted) {
        if (begun != NONE && !counted.get(begun)) {
            left.clear(begun);
            begin(NONE, "");
        }
    }

    /** Whether one of these partitions is left. */
    boolean hasLeft(BitSet counted) {
        return left.intersects(counted);
    }

    boolean isEnd() {
        return left.isEmpty();
    }

    /** The partition to go on with; there is one. */
    int next() {
        return begun == NONE ? left.nextSetBit(0) : begun;
    }

    /** The partitions of these that are left, the one that was begun first. */
    int[] left(BitSet counted) {
        BitSet wanted = (BitSet) left.clone();
        wanted.and(counted);
        if (begun == NONE) {
            return wanted.stream().toArray();
        }
        wanted.clear(begun);
        return IntStream.concat(IntStream.of(begun), wanted.stream()).toArray();
    }

    String after() {
        return after;
    }

    /** Partitions were read, in the order of {@link #left}, as far as a batch says. */
    void passed(int[] asked, RowBatch batch) {
        for (int i = 0; i < batch.partitions(); i++) {
            left.clear(asked[i]);
        }
        boolean inside = batch.partitions() < asked.length && !batch.after().isEmpty();
        begin(inside ? asked[batch.partitions()] : NONE, inside ? batch.after() : "");
    }

    private void begin(int partition, String key) {
        begun = partition;
        after = key;
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(left.toByteArray()) + ":" + begun + ":" + after;
    }
}
