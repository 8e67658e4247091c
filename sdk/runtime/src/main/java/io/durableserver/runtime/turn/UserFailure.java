package io.durableserver.runtime.turn;

import io.durableserver.HandlerFailedException;
import io.durableserver.RejectedException;
import io.durableserver.runtime.jdk.Thrown;
import io.durableserver.runtime.type.Slot;
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

    /** A query did what it must not do. */
    public static UserFailure changingQuery(Slot slot) {
        return new UserFailure(
                "The query " + slot.wireName(),
                new IllegalStateException("It changed the state; a query may only read it"));
    }

    /** A handler refused its message too late. */
    public static UserFailure lateRejection(Slot slot, RejectedException rejection) {
        return new UserFailure(
                "The handler of " + slot.wireName(),
                new IllegalStateException(
                        "It changed the state before it rejected, which cannot be undone: " + rejection.code()));
    }

    /** What a caller may see of it: names and texts, no foreign class. */
    public HandlerFailedException toCaller(String key) {
        return new HandlerFailedException(
                thrown.type(), Objects.requireNonNullElse(thrown.text(), ""), Map.of("key", key));
    }
}
