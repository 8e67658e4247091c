package io.durableserver.spi;

/** A watch of a {@link SharedMap} was not begun, because as many as a map may have on a node are open there. */
public final class TooManyWatchesException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** A refusal to watch the keys with this prefix. */
    public TooManyWatchesException(String prefix) {
        super("The keys with the prefix '" + prefix + "' cannot be watched: " + SharedMap.MAX_WATCHES
                + " other watches of the map are open on this node");
    }
}
