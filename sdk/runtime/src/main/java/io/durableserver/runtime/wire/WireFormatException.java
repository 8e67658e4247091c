package io.durableserver.runtime.wire;

/** Bytes from another node that are no message of a version this node knows. Names offsets and bounds, never content. */
public final class WireFormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public WireFormatException(String message) {
        super(message);
    }
}
