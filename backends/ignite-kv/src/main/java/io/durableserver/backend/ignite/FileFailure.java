package io.durableserver.backend.ignite;

/**
 * A small file beside the records of a node cannot be read, cannot be written, or says nothing that was written by this library. The
 * node cannot go on with it.
 */
final class FileFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FileFailure(String message, Exception cause) {
        super(message, cause);
    }
}
