package io.durableserver.runtime.turn;

import io.durableserver.HandlerFailedException;
import java.util.Map;

/** User code threw. The cause stays on this node; callers get {@link #toCaller}. */
public final class UserFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UserFailure(String where, Throwable cause) {
        super(where + " threw " + cause, cause);
    }

    /** What a caller may see of it: names and texts, no foreign class. */
    public HandlerFailedException toCaller(String key) {
        Throwable cause = getCause() == null ? this : getCause();
        return new HandlerFailedException(
                cause.getClass().getName(), String.valueOf(cause.getMessage()), Map.of("key", key));
    }
}
