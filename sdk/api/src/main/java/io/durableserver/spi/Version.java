package io.durableserver.spi;

import java.util.Objects;

/**
 * The version token of a stored record: opaque, compared by value. A backend never gives the same token to two writes of
 * one key, not even when the key was deleted and created again between them.
 *
 * @param token the backend's own text
 */
public record Version(String token) {
    public Version {
        Objects.requireNonNull(token, "token");
    }
}
