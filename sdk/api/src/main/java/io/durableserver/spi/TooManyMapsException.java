package io.durableserver.spi;

/** A {@link SharedMap} was not opened, because as many as a node may have are open there. */
public final class TooManyMapsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** A refusal to open a map. */
    public TooManyMapsException(MapSpec asked) {
        super("The map " + asked + " cannot be opened: " + Cluster.MAX_MAPS + " others are open on this node");
    }
}
