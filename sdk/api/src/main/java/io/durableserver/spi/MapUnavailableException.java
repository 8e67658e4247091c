package io.durableserver.spi;

import org.jspecify.annotations.Nullable;

/**
 * A {@link SharedMap} cannot answer for a key now: all nodes that had a copy of its entry are gone, or the map is closed.
 * It is known before anything was sent or changed, so the request had no effect. The map mends itself; until then a caller
 * goes by what is stored, and does not wait.
 */
public final class MapUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** A request that had no effect, with what the map is made of as cause. */
    public MapUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
