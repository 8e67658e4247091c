package io.durableserver.runtime.codec;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Members that are put into JSON text where it stands: before the end of the object they belong to. */
final class Splice {
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    private record Insertion(long offset, byte[] text) {}

    private final List<Insertion> insertions = new ArrayList<>();

    boolean isEmpty() {
        return insertions.isEmpty();
    }

    /**
     * Puts a member into an object.
     *
     * @param end where the object's closing brace stands
     * @param first whether the object has no member yet
     * @param name the member's name, quoted
     * @param value the text of its value
     */
    void member(long end, boolean first, byte[] name, byte[] value) {
        ByteArrayOutputStream text = new ByteArrayOutputStream(name.length + value.length + 2);
        if (!first) {
            text.write(',');
        }
        text.writeBytes(name);
        text.write(':');
        text.writeBytes(value);
        insertions.add(new Insertion(end, text.toByteArray()));
    }

    /** The text with everything put in. */
    byte[] into(byte[] json) {
        insertions.sort(Comparator.comparingLong(Insertion::offset));
        ByteArrayOutputStream whole = new ByteArrayOutputStream(json.length + 64 * insertions.size());
        int from = 0;
        for (Insertion insertion : insertions) {
            int to = Math.toIntExact(insertion.offset);
            whole.write(json, from, to - from);
            whole.writeBytes(insertion.text);
            from = to;
        }
        whole.write(json, from, json.length - from);
        return whole.toByteArray();
    }
}
