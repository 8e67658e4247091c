package io.durableserver.spi;

import java.util.Locale;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link SharedMap} is. All nodes of a prefix that open a name give the same kind; see {@link Cluster#map} for
 * backups that differ. Immutable.
 */
public final class MapSpec {
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

    private final String name;
    private final Kind kind;
    private final OptionalInt backups;

    private MapSpec(String name, Kind kind, OptionalInt backups) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("map name '" + name + "': at most 48 of a-z, 0-9 and -, a letter first");
        }
        if (backups.isPresent() && (backups.getAsInt() < 0 || backups.getAsInt() > MAX_BACKUPS)) {
            throw new IllegalArgumentException(
                    "backups " + backups.getAsInt() + " of map " + name + ": 0 to " + MAX_BACKUPS);
        }
        this.name = name;
        this.kind = kind;
        this.backups = backups;
    }

    /**
     * A partitioned map with as many backups as the node is configured with.
     *
     * @param name 1 to 48 characters: lower-case letters, digits and hyphens, a letter first
     */
    public static MapSpec partitioned(String name) {
        return new MapSpec(name, Kind.PARTITIONED, OptionalInt.empty());
    }

    /**
     * A partitioned map with this many backups.
     *
     * @param name as above
     * @param backups how many copies of an entry there are beside the first, 0 to {@value #MAX_BACKUPS}
     */
    public static MapSpec partitioned(String name, int backups) {
        return new MapSpec(name, Kind.PARTITIONED, OptionalInt.of(backups));
    }

    /** A replicated map. */
    public static MapSpec replicated(String name) {
        return new MapSpec(name, Kind.REPLICATED, OptionalInt.empty());
    }

    public String name() {
        return name;
    }

    /** Where its entries are. */
    public Kind kind() {
        return kind;
    }

    /**
     * How many copies of an entry there are beside the first; empty for as many as the node is configured with, and for a
     * replicated map, which has one on every node.
     */
    public OptionalInt backups() {
        return backups;
    }

    /** Whether these two cannot be one map: they have one name and two kinds. */
    public boolean conflictsWith(MapSpec other) {
        return name.equals(other.name) && kind != other.kind;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof MapSpec that
                && name.equals(that.name)
                && kind == that.kind
                && backups.equals(that.backups);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, kind, backups);
    }

    @Override
    public String toString() {
        return name + " (" + kind.name().toLowerCase(Locale.ROOT)
                + (backups.isPresent() ? ", " + backups.getAsInt() + " backups)" : ")");
    }
}
