package io.durableserver;

import java.time.Duration;

/**
 * When the state of a server is stored without being asked for. Whatever the policy, {@link Next#sync()} makes its turn
 * strict, and a graceful stop stores the final state.
 *
 * @param mode when a change is stored
 * @param interval how often a changed state is stored in the background; zero turns the background sync off
 */
public record SyncPolicy(Mode mode, Duration interval) {
    /** How long a changed state may stay unsaved under {@link #manual()}: 30 seconds. */
    public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(30);

    /** When a change is stored. */
    public enum Mode {
        /** Only when a turn asks for it, and in the background. */
        MANUAL,
        /** After every change, best effort: replies do not wait (write-behind). */
        ON_CHANGE,
        /** After every change, and replies wait until it is stored. */
        STRICT
    }

    public SyncPolicy {
        if (interval.isNegative()) {
            throw ConfigurationException.option("sync.interval", interval, "0 or more");
        }
    }

    /** Stored when a turn asks for it, and every 30 seconds when changed. The default. */
    public static SyncPolicy manual() {
        return new SyncPolicy(Mode.MANUAL, DEFAULT_INTERVAL);
    }

    /** Stored when a turn asks for it, and at this interval when changed; zero turns the background sync off. */
    public static SyncPolicy manual(Duration interval) {
        return new SyncPolicy(Mode.MANUAL, interval);
    }

    /** Stored after every change in the background; a failed write is tried again after 250 ms, and then ever more seldom. */
    public static SyncPolicy onChange() {
        return new SyncPolicy(Mode.ON_CHANGE, DEFAULT_INTERVAL);
    }

    /** Every change is stored before its reply leaves. */
    public static SyncPolicy strict() {
        return new SyncPolicy(Mode.STRICT, DEFAULT_INTERVAL);
    }
}
