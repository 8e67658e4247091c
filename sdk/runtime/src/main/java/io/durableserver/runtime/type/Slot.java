package io.durableserver.runtime.type;

import java.lang.reflect.Type;

/**
 * One registered message class of a server type.
 *
 * @param index where an instance keeps the handler
 * @param kind how it is sent
 * @param message the class
 * @param wireName its name between nodes
 * @param replyType the declared reply; {@code Void} where there is none
 * @param staysOpen whether its handler returns a stage, until whose end the turn stays open
 */
public record Slot(int index, Kind kind, Class<?> message, String wireName, Type replyType, boolean staysOpen) {
    /** The slot of a handler that returns its result. */
    public Slot(int index, Kind kind, Class<?> message, String wireName, Type replyType) {
        this(index, kind, message, wireName, replyType, false);
    }

    /** How a message reaches its handler. */
    public enum Kind {
        CALL,
        QUERY,
        DEFERRED,
        CAST,
        INFO,
        CONTINUATION,
        TIMEOUT;

        /** Whether callers wait for a reply. */
        boolean isCall() {
            return this == CALL || this == QUERY || this == DEFERRED;
        }
    }

    /** Whether callers wait for a reply. */
    public boolean isCall() {
        return kind.isCall();
    }

    /** Whether the turn itself brings the reply. */
    public boolean repliesInTurn() {
        return kind == Kind.CALL || kind == Kind.QUERY;
    }
}
