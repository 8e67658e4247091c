package io.durableserver.spi;

/**
 * A {@link SharedMap} was opened as another kind than before, on this node or on another one. Asking again does not help:
 * one of the two has to change its name or its kind.
 */
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
