package io.durableserver.backend.s3;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Numbers that never repeat. */
final class Nonces {
    private static final SecureRandom RANDOM = new SecureRandom();

    private Nonces() {}

    /** 128 random bits, in 32 hex digits. */
    static String next() {
        byte[] bits = new byte[16];
        RANDOM.nextBytes(bits);
        return HexFormat.of().formatHex(bits);
    }
}
