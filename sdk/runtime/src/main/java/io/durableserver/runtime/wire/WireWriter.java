package io.durableserver.runtime.wire;

import io.durableserver.ConfigurationException;
import io.durableserver.spi.Session;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes the parts all messages are made of into one growing buffer. Numbers are LEB128 varints of the 64-bit pattern;
 * strings are UTF-8 after their length in bytes.
 */
final class WireWriter {
    private static final int MAX_VARINT = 10;

    private byte[] bytes;
    private int size;

    WireWriter(long capacity) {
        bytes = new byte[Math.toIntExact(capacity)];
    }

    WireWriter octet(int value) {
        reserve(1);
        bytes[size++] = (byte) value;
        return this;
    }

    WireWriter bool(boolean value) {
        return octet(value ? 1 : 0);
    }

    WireWriter number(long value) {
        reserve(MAX_VARINT);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes[size++] = (byte) ((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
        return this;
    }

    WireWriter payload(byte[] value) {
        number(value.length);
        reserve(value.length);
        System.arraycopy(value, 0, bytes, size, value.length);
        size += value.length;
        return this;
    }

    /** Parts as {@link WireReader#extra} returned them. */
    WireWriter extra(byte[] value) {
        reserve(value.length);
        System.arraycopy(value, 0, bytes, size, value.length);
        size += value.length;
        return this;
    }

    /** A name or key: it must arrive exactly, so half a surrogate pair is refused and not replaced. */
    WireWriter name(String value) {
        if (!ascii(value)) {
            if (hasLoneSurrogate(value)) {
                throw new ConfigurationException(
                        ConfigurationException.Reason.NOT_ENCODABLE,
                        "A key or name has half a surrogate pair and no UTF-8 form",
                        Map.of("chars", value.length()));
            }
            payload(value.getBytes(StandardCharsets.UTF_8));
        }
        return this;
    }

    /** Text for people: what has no UTF-8 form arrives as a question mark. */
    WireWriter text(String value) {
        if (!ascii(value)) {
            payload(value.getBytes(StandardCharsets.UTF_8));
        }
        return this;
    }

    WireWriter names(List<String> values) {
        number(values.size());
        for (String value : values) {
            name(value);
        }
        return this;
    }

    /** Names sorted, so that equal maps give equal bytes; an empty map costs one byte. */
    WireWriter texts(Map<String, String> values) {
        number(values.size());
        Map<String, String> sorted = values.size() > 1 ? new TreeMap<>(values) : values;
        for (Map.Entry<String, String> entry : sorted.entrySet()) {
            name(entry.getKey()).text(entry.getValue());
        }
        return this;
    }

    WireWriter session(Session session) {
        return name(session.node()).name(session.incarnation());
    }

    /** One that {@link Origin#leaving leaves}. */
    WireWriter origin(Origin origin) {
        return number(origin.deadlineNanos())
                .names(origin.chain())
                .tag(origin.request())
                .texts(origin.headers());
    }

    private WireWriter tag(RequestTag tag) {
        name(tag.id());
        return tag.isNone() ? this : number(Integer.toUnsignedLong(tag.print())).number(tag.keepNanos());
    }

    byte[] toBytes() {
        return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
    }

    /** Writes a string of ASCII in one pass; gives up without a trace at the first other char. */
    private boolean ascii(String value) {
        int start = size;
        int length = value.length();
        number(length);
        reserve(length);
        for (int i = 0; i < length; i++) {
            char c = value.charAt(i);
            if (c >= 0x80) {
                size = start;
                return false;
            }
            bytes[size++] = (byte) c;
        }
        return true;
    }

    private static boolean hasLoneSurrogate(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (Character.isSurrogate(value.charAt(i))) {
                if (!Character.isSupplementaryCodePoint(value.codePointAt(i))) {
                    return true;
                }
                i++;
            }
        }
        return false;
    }

    private void reserve(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.toIntExact(Math.max((long) size + more, bytes.length * 2L)));
        }
    }
}
