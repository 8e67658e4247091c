package io.durableserver.admin;

import io.durableserver.ConfigurationException;

/**
 * Why an operator changes a stored record, see {@link Admin}. Immutable.
 *
 * @param reason 1 to 500 characters in one line, not blank; it is logged
 * @param isHealthyToo whether a record that servers can use may be changed as well
 */
public record Repair(String reason, boolean isHealthyToo) {
    private static final int MAX_REASON = 500;

    public Repair {
        boolean oneLine = reason.chars().noneMatch(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029);
        if (reason.isBlank() || reason.length() > MAX_REASON || !oneLine) {
            throw ConfigurationException.option(
                    "repair.reason", reason.length() + " characters", "1 to " + MAX_REASON + " in one line, not blank");
        }
    }

    /** A repair of a record that no server can use. */
    public static Repair because(String reason) {
        return new Repair(reason, false);
    }

    /** The same repair, also when servers can use the record as it is. */
    public Repair evenIfHealthy() {
        return new Repair(reason, true);
    }
}
