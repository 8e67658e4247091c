package io.durableserver.runtime.wire;

import io.durableserver.DurableServerException;
import java.util.Map;
import java.util.Objects;

/**
 * What a node says about itself to the others.
 *
 * @param status whether it takes requests
 * @param details more, by name; names another release does not know are left alone
 */
public record NodeState(Status status, Map<String, String> details) {
    /** The detail that says what keeps a node from taking requests. */
    public static final String CAUSE = "cause";

    private static final int MAX_CAUSE = 1_000;

    /** Whether a node takes requests. */
    public enum Status {
        /** It has said nothing yet, or something this release does not understand. */
        UNKNOWN(0),
        STARTING(1),
        READY(2),
        DRAINING(3),
        /** Something keeps it from serving, for now or for good. */
        BROKEN(4);

        private final int code;

        Status(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }

        static Status of(int code) {
            for (Status status : values()) {
                if (status.code == code) {
                    return status;
                }
            }
            return UNKNOWN;
        }
    }

    public static final NodeState UNHEARD = new NodeState(Status.UNKNOWN, Map.of());
    public static final NodeState STARTING = new NodeState(Status.STARTING, Map.of());
    public static final NodeState READY = new NodeState(Status.READY, Map.of());
    public static final NodeState DRAINING = new NodeState(Status.DRAINING, Map.of());

    public NodeState {
        Objects.requireNonNull(status, "status");
        details = Map.copyOf(details);
    }

    /** Something keeps the node from serving. */
    public static NodeState broken(String why) {
        return new NodeState(
                Status.BROKEN, Map.of(CAUSE, why.length() <= MAX_CAUSE ? why : why.substring(0, MAX_CAUSE - 1) + "…"));
    }

    /** A failure keeps the node from serving. Of what is not an error of this library only the class is told (P9). */
    public static NodeState broken(Throwable failure) {
        Throwable cause = Causes.of(failure);
        return broken(
                cause instanceof DurableServerException known
                        ? known.code() + ": " + known.getMessage()
                        : cause.getClass().getName());
    }

    public boolean isReady() {
        return status == Status.READY;
    }

    /** The state for errors and logs, such as {@code broken: STORAGE_UNAVAILABLE: …}. */
    @Override
    public String toString() {
        String name = switch (status) {
            case UNKNOWN -> "has not said whether it is ready";
            case STARTING -> "starting";
            case READY -> "ready";
            case DRAINING -> "draining";
            case BROKEN -> "broken";
        };
        String cause = details.get(CAUSE);
        return cause == null ? name : name + ": " + cause;
    }
}
