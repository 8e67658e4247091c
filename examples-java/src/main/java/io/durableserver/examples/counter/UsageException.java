package io.durableserver.examples.counter;

/** The command line is wrong; the message says what and how it is right. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
