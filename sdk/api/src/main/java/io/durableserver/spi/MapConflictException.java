package io.durableserver.spi;

/** A {@link SharedMap} was opened with another specification than before, on this node or on another one. */
public final class MapConflictException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * A conflict.
     *
     * @param asked what was asked for
     * @param present what there is
     */
    public MapConflictException(MapSpec asked, String present) {
        super("The map " + asked + " cannot be opened: there is " + present);
    }
}
