package io.durableserver.backend.mirror.control;

/** The keys of the control records, in the name space that no server key can reach. */
public record ControlKeys(String prefix, String rollout) {
    private static final String RESERVED = "__rollout/";

    public static ControlKeys of(String prefix, String name) {
        return new ControlKeys(prefix, prefix + RESERVED + name);
    }

    /** Records of rollouts are neither mirrored nor listed. */
    public boolean isControl(String key) {
        return key.startsWith(prefix + RESERVED);
    }

    String handles() {
        return rollout + "/handles/";
    }

    /** The handle's name has slashes of its own, which do no harm. */
    String handle(String handle) {
        return handles() + handle;
    }

    public String backfill() {
        return rollout + "/backfill";
    }
}
