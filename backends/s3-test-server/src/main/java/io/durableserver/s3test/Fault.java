package io.durableserver.s3test;

/** What goes wrong with one request. */
public sealed interface Fault {
    /**
     * An error instead of the effect.
     *
     * @param status the HTTP status
     * @param code the S3 error code, such as {@code SlowDown}
     */
    record Refuse(int status, String code) implements Fault {}

    /** The connection breaks before the effect. */
    record Drop() implements Fault {}

    /** The effect happens, and the connection breaks instead of an answer. */
    record LoseAnswer() implements Fault {}

    /**
     * The effect happens, and an error is answered.
     *
     * @param status the HTTP status
     * @param code the S3 error code, such as {@code InternalError}
     */
    record LieAfter(int status, String code) implements Fault {}

    /**
     * Something else happens first, such as a write of another client. It may block.
     *
     * @param action what happens
     * @param then what happens to the request itself after it
     */
    record After(Runnable action, Fault then) implements Fault {}

    /** Nothing goes wrong. */
    record None() implements Fault {}

    /** 503 SlowDown: throttled, before the effect. */
    static Fault slowDown() {
        return new Refuse(503, "SlowDown");
    }

    /** 500 InternalError, before the effect. */
    static Fault internalError() {
        return new Refuse(500, "InternalError");
    }
}
