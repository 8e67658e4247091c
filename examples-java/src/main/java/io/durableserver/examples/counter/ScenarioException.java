package io.durableserver.examples.counter;

import org.jspecify.annotations.Nullable;

/** The scenario cannot go on, or did not show what it should; the message says what was missing. */
final class ScenarioException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ScenarioException(String message) {
        super(message);
    }

    ScenarioException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
