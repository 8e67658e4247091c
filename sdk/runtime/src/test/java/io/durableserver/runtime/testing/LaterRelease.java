package io.durableserver.runtime.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.zip.CRC32C;
import org.jspecify.annotations.NullMarked;

/** Stored objects as a later release may have written them: with members that this one does not know. */
@NullMarked
public final class LaterRelease {
    private static final String SEAL = ",\"crc32c\":";
    private static final String INCARNATION = "\"incarnation\":\"";

    private LaterRelease() {}

    /** The object with this member of its own, such as {@code "a":1}. */
    public static byte[] with(byte[] object, String member) {
        String text = new String(object, UTF_8);
        return sealed(text.substring(0, text.lastIndexOf(SEAL)) + "," + member);
    }

    /** The object with this member of its session. */
    public static byte[] withInSession(byte[] object, String member) {
        String text = new String(object, UTF_8);
        int end = text.indexOf('"', text.indexOf(INCARNATION) + INCARNATION.length()) + 1;
        return sealed(text.substring(0, end) + "," + member + text.substring(end, text.lastIndexOf(SEAL)));
    }

    private static byte[] sealed(String text) {
        byte[] covered = text.getBytes(UTF_8);
        CRC32C crc = new CRC32C();
        crc.update(covered, 0, covered.length);
        return (text + SEAL + "\"" + String.format("%08x", crc.getValue()) + "\"}").getBytes(UTF_8);
    }
}
