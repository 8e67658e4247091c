package io.durableserver;

import io.durableserver.admin.Admin;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The request had no effect. Where {@link Reason#retryable()}, sending it again later may succeed. */
public final class NotAppliedException extends DurableServerException {
    private static final long serialVersionUID = 1L;

    /** Why the request had no effect. */
    public enum Reason {
        /** The server's mailbox is at its bound. */
        MAILBOX_FULL(true),
        /** This node waits for as many replies as it may, or the queue to another node is full. */
        OVERLOADED(true),
        /** No server with this key runs, and none could be revived. */
        NOT_RUNNING(true),
        /** The store has no record of this key. */
        NOT_FOUND(false),
        /** A server with this key runs already, or runs with another type. */
        ALREADY_STARTED(false),
        /** The key belongs to a server of another type. */
        TYPE_MISMATCH(false),
        /** The server declined to start: its {@code init} returned {@link Init#ignore()}. */
        IGNORED(false),
        /** The node is draining and takes no new work. */
        DRAINING(true),
        /** This node is not ready yet, or is closed. */
        NOT_READY(true),
        /** No node may host the server. */
        NO_ELIGIBLE_NODE(true),
        /** The key is cordoned. */
        CORDONED(false),
        /** The key is being deleted. */
        DELETING(true),
        /** Another owner's lease has not run out yet. */
        OWNER_LEASE_ACTIVE(true),
        /** Another owner has taken over; this node's server stopped without storing anything. */
        FENCED(true),
        /** The store refused or could not be reached, and nothing was stored. */
        STORAGE_UNAVAILABLE(true),
        /** The encoded state is over its limit. */
        STATE_TOO_LARGE(false),
        /** The encoded message is over its limit. */
        MESSAGE_TOO_LARGE(false),
        /** The deadline was over before the request was handed to the server. */
        DEADLINE_BEFORE_START(true),
        /** A server waits for itself, directly or through others. */
        CALL_RING(false),
        /** The server has no handler for this message. */
        NO_HANDLER(false),
        /** The stored record fails its checksum or does not parse. */
        RECORD_CORRUPT(false),
        /** The stored object was not written by this library. */
        RECORD_FOREIGN(false),
        /** The stored record has a newer format or a newer schema version than this node knows. */
        RECORD_NEWER(false),
        /**
         * The stored state does not fit the state class this node has: members are missing or not known, or it cannot be decoded, or
         * was written by a codec that the type does not read. Raise the version of the type and migrate in {@code load}, or name the
         * codec ({@link ServerType#alsoReads}); a node with another release may still read it.
         */
        STATE_MISMATCH(false),
        /** The node closed, and some of its servers ended without storing their last state. */
        NOT_STORED(false),
        /** The stored record is not the one that was exported any longer; see {@link Admin}. */
        RECORD_CHANGED(false),
        /** The server stopped before this request had its turn. */
        STOPPED(true),
        /** The server's user code failed to start it several times; the context says when the next attempt is made. */
        START_BACKOFF(true);

        private final boolean retryable;

        Reason(boolean retryable) {
            this.retryable = retryable;
        }

        /** True when the same request may succeed later without a change of program or data. */
        public boolean retryable() {
            return retryable;
        }
    }

    private final Reason reason;

    public NotAppliedException(Reason reason, String message, Map<String, ?> context) {
        this(reason, message, context, null);
    }

    public NotAppliedException(Reason reason, String message, Map<String, ?> context, @Nullable Throwable cause) {
        super(
                ErrorText.message(reason.name() + (reason.retryable() ? ", retryable" : ""), message, context),
                message,
                context,
                cause);
        this.reason = reason;
    }

    /** The key belongs to a server of another type: one wording, wherever it is found out. */
    public static NotAppliedException typeMismatch(String key, String asked, String stored) {
        return new NotAppliedException(
                Reason.TYPE_MISMATCH,
                "The key belongs to a server of another type",
                Map.of("key", key, "asked", asked, "stored", stored));
    }

    public Reason reason() {
        return reason;
    }

    @Override
    public String code() {
        return reason.name();
    }
}
