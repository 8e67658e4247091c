package io.durableserver.runtime.record;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The last member of every stored object: {@code ,"crc32c":"xxxxxxxx"}} with the CRC-32C (RFC 3720) of all bytes before it, in
 * lower-case hex. The rule belongs to the family of formats and stays when the format number rises.
 */
final class Seal {
    private static final byte[] OPEN = ",\"crc32c\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CLOSE = "\"}".getBytes(StandardCharsets.US_ASCII);
    private static final int DIGITS = 8;

    /** Size of a seal in bytes. */
    static final int SIZE = OPEN.length + DIGITS + CLOSE.length;

    /** What the end of some bytes says about them. */
    enum Check {
        ABSENT,
        BROKEN,
        INTACT
    }

    private Seal() {}

    static byte[] close(JsonBytes json) {
        byte[] digits = digits(json.buffer(), json.size());
        return json.raw(OPEN).raw(digits).raw(CLOSE).toBytes();
    }

    static Check check(byte[] bytes) {
        int covered = bytes.length - SIZE;
        int digits = covered + OPEN.length;
        if (covered < 0
                || !Arrays.equals(bytes, covered, digits, OPEN, 0, OPEN.length)
                || !Arrays.equals(bytes, digits + DIGITS, bytes.length, CLOSE, 0, CLOSE.length)) {
            return Check.ABSENT;
        }
        return Arrays.equals(bytes, digits, digits + DIGITS, digits(bytes, covered), 0, DIGITS)
                ? Check.INTACT
                : Check.BROKEN;
    }

    private static byte[] digits(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        byte[] digits = new byte[DIGITS];
        for (int i = 0; i < DIGITS; i++) {
            digits[i] = (byte) Character.forDigit((int) (crc.getValue() >> (28 - 4 * i)) & 0xf, 16);
        }
        return digits;
    }
}
