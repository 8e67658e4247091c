package io.durableserver.runtime.wire;

import io.durableserver.spi.Session;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads what {@link WireWriter} writes. Every length is checked against what is left before anything is allocated. */
final class WireReader {
    private static final byte[] NOTHING = {};
    private static final char REPLACEMENT = '\uFFFD';

    private final byte[] bytes;
    private int position;

    WireReader(byte[] bytes) {
        this.bytes = bytes;
    }

    int octet() {
        if (position == bytes.length) {
            throw malformed("ends too early");
        }
        return bytes[position++] & 0xff;
    }

    boolean bool() {
        int value = octet();
        if (value > 1) {
            throw malformed("boolean is neither 0 nor 1");
        }
        return value == 1;
    }

    long number() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int octet = octet();
            value |= (octet & 0x7fL) << shift;
            if (octet < 0x80) {
                if (shift == 63 && octet > 1) {
                    break;
                }
                return value;
            }
        }
        throw malformed("number is longer than 64 bits");
    }

    int smallNumber() {
        long value = number();
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw malformed("number is out of 31 bits");
        }
        return (int) value;
    }

    byte[] payload() {
        int length = count(1);
        byte[] value = Arrays.copyOfRange(bytes, position, position + length);
        position += length;
        return value;
    }

    String string() {
        int length = count(1);
        int start = position;
        position += length;
        String value = new String(bytes, start, length, StandardCharsets.UTF_8);
        // What is not UTF-8 reads as this char, which may also have been written.
        return value.indexOf(REPLACEMENT) < 0 ? value : utf8(start, length);
    }

    List<String> strings(int bound) {
        int count = count(1);
        if (count > bound) {
            throw malformed("list of " + count + ", bound " + bound);
        }
        if (count == 0) {
            return List.of();
        }
        List<String> values = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            values.add(string());
        }
        return values;
    }

    Map<String, String> texts() {
        int count = count(2);
        if (count == 0) {
            return Map.of();
        }
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            if (values.put(string(), string()) != null) {
                throw malformed("the same name twice in a map");
            }
        }
        return values;
    }

    Session session() {
        return new Session(string(), string());
    }

    Origin origin() {
        long left = number();
        return new Origin(strings(Message.MAX_CHAIN), left, tag(), texts());
    }

    private RequestTag tag() {
        String id = string();
        return id.isEmpty() ? RequestTag.NONE : new RequestTag(id, (int) number(), number());
    }

    /** The parts up to the end that are not known, at most so many bytes: each a number, greater than the one before, and a payload. */
    byte[] extra(int bound) {
        int start = position;
        if (bytes.length - start > bound) {
            throw malformed((bytes.length - start) + " bytes of parts that are not known, bound " + bound);
        }
        long last = 0;
        while (position < bytes.length) {
            long number = number();
            if (number <= last) {
                throw malformed("part " + number + " after part " + last);
            }
            last = number;
            int length = count(1);
            position += length;
        }
        return start == bytes.length ? NOTHING : Arrays.copyOfRange(bytes, start, bytes.length);
    }

    /** The message must end here. */
    void end() {
        if (position != bytes.length) {
            throw malformed((bytes.length - position) + " bytes after the end");
        }
    }

    WireFormatException malformed(String problem) {
        return new WireFormatException(problem + ", at byte " + position + " of " + bytes.length);
    }

    /** A count of elements that take at least this many bytes each. */
    private int count(int elementBytes) {
        long count = number();
        if (count < 0 || count > (bytes.length - position) / elementBytes) {
            throw malformed("length is over the bytes that are left");
        }
        return (int) count;
    }

    private String utf8(int start, int length) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, start, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw malformed("string is not UTF-8");
        }
    }
}
