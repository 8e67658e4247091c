package io.durableserver.runtime.persistence;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** 128 bits of SHA-256: tells whether a dump is what is stored already, without keeping it. */
public record Fingerprint(long high, long low) {
    /** The fingerprint of nothing that can be stored. */
    public static final Fingerprint NONE = new Fingerprint(0, 0);

    private static final ThreadLocal<MessageDigest> DIGEST = ThreadLocal.withInitial(() -> {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    });

    public static Fingerprint of(byte[] bytes) {
        ByteBuffer digest = ByteBuffer.wrap(DIGEST.get().digest(bytes));
        return new Fingerprint(digest.getLong(), digest.getLong());
    }
}
