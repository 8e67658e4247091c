package io.durableserver.runtime.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.util.JsonGeneratorDelegate;
import io.durableserver.runtime.shape.UnreadableException;
import java.io.IOException;
import java.io.Reader;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Finds text that is not well-formed Unicode. A JSON writer escapes half a surrogate pair; in a value it comes back, as a
 * name it destroys the whole document. Where nothing else is written as an escape of that range, what was written tells.
 */
final class BrokenText {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long ONES = 0x0101010101010101L;
    private static final long TOPS = 0x8080808080808080L;
    private static final long BACKSLASHES = '\\' * ONES;

    private BrokenText() {}

    /** Whether this JSON has half a surrogate pair in a name or value; whole pairs must not have been escaped. */
    static boolean isIn(byte[] json) {
        int i = 0;
        while (i < json.length) {
            if (json[i] == '\\') {
                if (isSurrogate(json, i + 1)) {
                    return true;
                }
                i += 2; // what is escaped may be a backslash
            } else if (i + Long.BYTES <= json.length && !hasBackslash((long) LONGS.get(json, i))) {
                i += Long.BYTES;
            } else {
                i++;
            }
        }
        return false;
    }

    private static boolean hasBackslash(long eight) {
        long zeros = eight ^ BACKSLASHES;
        return ((zeros - ONES) & ~zeros & TOPS) != 0;
    }

    /** Whether it goes on as u, D, 8 to F. */
    private static boolean isSurrogate(byte[] json, int at) {
        return at + 2 < json.length
                && json[at] == 'u'
                && (json[at + 1] | 0x20) == 'd'
                && Character.digit(json[at + 2], 16) >= 8;
    }

    /** A generator that refuses such text where it is written, so that the error has the path. */
    static JsonGenerator refusing(JsonGenerator generator) {
        return new Refusing(generator);
    }

    private static final class Refusing extends JsonGeneratorDelegate {
        Refusing(JsonGenerator generator) {
            super(generator, false);
        }

        @Override
        public void writeFieldName(String name) throws IOException {
            check(name);
            delegate.writeFieldName(name);
        }

        @Override
        public void writeFieldName(SerializableString name) throws IOException {
            check(name.getValue());
            delegate.writeFieldName(name);
        }

        @Override
        public void writeString(String text) throws IOException {
            check(text);
            delegate.writeString(text);
        }

        @Override
        public void writeString(SerializableString text) throws IOException {
            check(text.getValue());
            delegate.writeString(text);
        }

        @Override
        public void writeString(char[] text, int offset, int length) throws IOException {
            check(new String(text, offset, length));
            delegate.writeString(text, offset, length);
        }

        @Override
        public void writeString(Reader reader, int length) throws IOException {
            throw refused(); // text from a reader cannot be read twice
        }

        private static void check(String text) {
            for (int i = 0; i < text.length(); i++) {
                if (Character.isHighSurrogate(text.charAt(i))
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1))) {
                    i++;
                } else if (Character.isSurrogate(text.charAt(i))) {
                    throw refused();
                }
            }
        }
    }

    static UnreadableException refused() {
        return new UnreadableException("text is not well-formed Unicode: half a surrogate pair");
    }
}
