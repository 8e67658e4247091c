package io.durableserver.runtime.ownership;

import io.durableserver.ConfigurationException;
import io.durableserver.spi.RecordKeys;
import io.durableserver.spi.Session;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** How keys of servers and of node leases map to keys of the store, and which server keys are allowed. */
public record StoreKeys(String prefix) {
    /** Everything that starts with this is ours. */
    public static final String RESERVED = "__";

    /** The longest server key, in bytes of UTF-8; see {@link RecordKeys#markedBytes}: it fits into every store. */
    public static final int MAX_KEY_BYTES = 512;

    private static final String NODES = RESERVED + "nodes/";

    /** Checks; fails with {@link ConfigurationException} {@code INVALID_KEY}. */
    public static void check(String key) {
        if (key.isEmpty()) {
            throw invalid("The key is empty", key, "1 to " + MAX_KEY_BYTES + " bytes");
        }
        if (key.length() > MAX_KEY_BYTES || key.getBytes(StandardCharsets.UTF_8).length > MAX_KEY_BYTES) {
            throw invalid("The key is too long", key.substring(0, 32) + "...", "1 to " + MAX_KEY_BYTES + " bytes");
        }
        if (RecordKeys.markedBytes(key) > MAX_KEY_BYTES) {
            throw invalid(
                    "The key is too long with its empty and dot segments, which some stores mark",
                    key.substring(0, 32) + "...",
                    "1 to " + MAX_KEY_BYTES + " bytes, and one more for each such segment");
        }
        if (key.startsWith(RESERVED)) {
            throw invalid("The key lies in the reserved name space", key, "must not start with " + RESERVED);
        }
        RecordKeys.checkText(key);
        for (int i = 0; i < key.length(); i++) {
            if (Character.isISOControl(key.charAt(i))) {
                throw invalid(
                        "The key has a control character",
                        "U+%04X at %d".formatted((int) key.charAt(i), i),
                        "no control characters");
            }
        }
    }

    private static ConfigurationException invalid(String message, String value, String bound) {
        return new ConfigurationException(
                ConfigurationException.Reason.INVALID_KEY,
                message,
                Map.of("option", "key", "value", value, "bound", bound));
    }

    /** The store key of a server's record. */
    public String server(String key) {
        return prefix + key;
    }

    /** The store key of a session's lease. */
    public String lease(Session session) {
        return leases(session.node()) + session.incarnation();
    }

    /** The store key of the claim of a cluster on its prefix. */
    public String claim() {
        return prefix + RESERVED + "claim";
    }

    /** What the leases of all incarnations of a node start with. */
    public String leases(String node) {
        return prefix + NODES + node.replace('/', '_') + "/";
    }
}
