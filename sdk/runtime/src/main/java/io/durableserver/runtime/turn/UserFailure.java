package io.durableserver.runtime.turn;

import io.durableserver.HandlerFailedException;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** User code threw. What it threw is kept as a copy, {@link Thrown}; callers get {@link #toCaller}. */
public final class UserFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Thrown thrown;

    public UserFailure(String where, @Nullable Throwable cause) {
        this(where, Thrown.of(cause == null ? new NullPointerException("null was given as the error") : cause));
    }

    private UserFailure(String where, Thrown thrown) {
        super(where + " threw " + thrown.getMessage(), thrown);
        this.thrown = thrown;
    }

    /** What a caller may see of it: names and texts, no foreign class. */
    public HandlerFailedException toCaller(String key) {
        return new HandlerFailedException(
                thrown.type(), Objects.requireNonNullElse(thrown.text(), ""), Map.of("key", key));
    }
}
