package io.durableserver;

import java.util.Objects;

/**
 * Why a server stops, and with it which status its record is left in.
 */
public sealed interface StopReason {
    /** Final state stored, status {@code stopped_graceful}; a permanent server may be restarted. */
    record Normal() implements StopReason {}

    /** Final state stored, status {@code stopped_permanent}; only an explicit start brings it back. */
    record Permanent() implements StopReason {}

    /** The record is replaced by a tombstone and removed. */
    record Delete() implements StopReason {}

    /**
     * Final state stored, status {@code crashed}.
     *
     * @param message what went wrong
     */
    record Failure(String message) implements StopReason {
        public Failure {
            Objects.requireNonNull(message, "message");
        }
    }

    /** The node stops: final state stored, status {@code stopped_graceful}. Given by the runtime only. */
    record Shutdown() implements StopReason {}

    static StopReason normal() {
        return new Normal();
    }

    static StopReason permanent() {
        return new Permanent();
    }

    static StopReason delete() {
        return new Delete();
    }

    static StopReason error(String message) {
        return new Failure(message);
    }
}
