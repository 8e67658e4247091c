package io.durableserver.admin;

import io.durableserver.DurableServerException;
import java.util.List;

/**
 * What a node could not store when it stopped its servers.
 *
 * @param stopped how many servers it had to stop
 * @param unsaved how many of them ended without storing their last state
 * @param servers the first of those, at most {@value #MAX_SERVERS}
 */
public record DrainReport(int stopped, int unsaved, List<Unsaved> servers) {
    /** How many servers a report names. */
    public static final int MAX_SERVERS = 1_000;

    /** Of a node that had nothing to store. */
    public static final DrainReport NOTHING = new DrainReport(0, 0, List.of());

    private static final int NAMED_IN_ERROR = 20;

    /**
     * A server whose last state was not stored, or may not have been: what the store has is what its next start finds.
     *
     * @param key the server's key
     * @param type the name of its type
     * @param code why, as {@link DurableServerException#code} says it; {@code DRAIN_TIMEOUT} when its time ran out
     * @param message the same in words
     */
    public record Unsaved(String key, String type, String code, String message) {}

    public DrainReport {
        servers = List.copyOf(servers);
    }

    /** Whether everything was stored. */
    public boolean isClean() {
        return unsaved == 0;
    }

    /** The keys of the first servers that were not stored, for a log line: a few of them, and whether there are more. */
    public String keys() {
        List<String> keys =
                servers.stream().limit(NAMED_IN_ERROR).map(Unsaved::key).toList();
        return keys + (unsaved > keys.size() ? " and " + (unsaved - keys.size()) + " more" : "");
    }
}
