package io.durableserver.examples.hostile;

import org.jspecify.annotations.Nullable;

/** An exception that throws when anybody asks what it is about. */
final class UnspeakableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
        throw new IllegalStateException("no message");
    }

    @Override
    public synchronized @Nullable Throwable getCause() {
        throw new IllegalStateException("no cause");
    }

    @Override
    public String toString() {
        throw new IllegalStateException("no text");
    }

    @Override
    public StackTraceElement[] getStackTrace() {
        throw new IllegalStateException("no stack");
    }
}
