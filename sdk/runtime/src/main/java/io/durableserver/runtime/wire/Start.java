package io.durableserver.runtime.wire;

import java.util.Objects;

/**
 * Asks for a server to run.
 *
 * @param key the server's key
 * @param type the name of its type
 * @param cause why it shall run, and so what it may begin from
 * @param origin the callers that wait for it, its headers, and its deadline: the budget of the start
 */
public record Start(String key, String type, Cause cause, Origin origin) {
    /** Why a server shall run. */
    public sealed interface Cause {
        /**
         * An application starts it, and brings the state for a key that the store does not know. State bytes are not copied,
         * and not to be changed; causes that hold them are equal by identity of the bytes.
         *
         * @param codec the name of the codec of {@code state}
         * @param version the schema version of {@code state}
         * @param state the dumped and encoded state
         */
        @SuppressWarnings("ArrayRecordComponent")
        record First(String codec, int version, byte[] state) implements Cause {}

        /** An application starts what the store knows: also a server that was stopped for good. */
        record Explicit() implements Cause {}

        /** A caller needs it: only what the store knows, and what may come back by itself. */
        record Revive() implements Cause {}
    }

    public Start {
        Objects.requireNonNull(cause, "cause");
    }

    /** The same start with another deadline. */
    public Start until(long deadlineNanos) {
        return new Start(key, type, cause, origin.until(deadlineNanos));
    }

    /** The request as it travels, see {@link Origin#leaving}. */
    public Start leaving(long nowNanos) {
        return new Start(key, type, cause, origin.leaving(nowNanos));
    }

    /** The request here after it has travelled, see {@link Origin#arrived}. */
    public Start arrived(long nowNanos) {
        return new Start(key, type, cause, origin.arrived(nowNanos));
    }
}
