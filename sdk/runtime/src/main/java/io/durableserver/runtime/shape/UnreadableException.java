package io.durableserver.runtime.shape;

/** A value that could be written and not be read again. Its message speaks of classes only, never of values (P9). */
public final class UnreadableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnreadableException(String message) {
        super(message, null, false, false);
    }
}
