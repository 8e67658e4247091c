package io.durableserver.spi;

import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * What a {@link SharedMap} is. All nodes of a prefix that open a name give the same specification.
 *
 * @param name 1 to 48 characters: lower-case letters, digits and hyphens, a letter first
 * @param kind where its entries are
 * @param backups how many copies of an entry there are beside the first, 0 to {@value #MAX_BACKUPS}; empty for as many as the
 *     node is configured with, and for a replicated map, which has one on every node
 */
public record MapSpec(String name, Kind kind, OptionalInt backups) {
    /** The most backups. */
    public static final int MAX_BACKUPS = 16;

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,47}");

    /** Where the entries of a map are. */
    public enum Kind {
        /** Each entry on one node and its backups. */
        PARTITIONED,
        /** Each entry on every node. */
        REPLICATED
    }

    public MapSpec {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("map name '" + name + "': at most 48 of a-z, 0-9 and -, a letter first");
        }
        if (backups.isPresent() && (backups.getAsInt() < 0 || backups.getAsInt() > MAX_BACKUPS)) {
            throw new IllegalArgumentException(
                    "backups " + backups.getAsInt() + " of map " + name + ": 0 to " + MAX_BACKUPS);
        }
        if (backups.isPresent() && kind == Kind.REPLICATED) {
            throw new IllegalArgumentException("replicated map " + name + " has a copy on every node, not backups");
        }
    }

    /** A partitioned map with as many backups as the node is configured with. */
    public static MapSpec partitioned(String name) {
        return new MapSpec(name, Kind.PARTITIONED, OptionalInt.empty());
    }

    /** A partitioned map with this many backups. */
    public static MapSpec partitioned(String name, int backups) {
        return new MapSpec(name, Kind.PARTITIONED, OptionalInt.of(backups));
    }

    /** A replicated map. */
    public static MapSpec replicated(String name) {
        return new MapSpec(name, Kind.REPLICATED, OptionalInt.empty());
    }

    @Override
    public String toString() {
        return name + " (" + kind.name().toLowerCase(Locale.ROOT)
                + (backups.isPresent() ? ", " + backups.getAsInt() + " backups)" : ")");
    }
}
