package io.durableserver;

import io.durableserver.spi.Session;
import java.util.Map;

/**
 * A running server as the directory shows it.
 *
 * @param key its key
 * @param type the name of its type
 * @param session the node session that hosts it
 * @param epoch its ownership epoch
 * @param permanent whether the cluster restarts it
 * @param metadata its user metadata
 */
public record ServerLocation(
        String key, String type, Session session, long epoch, boolean permanent, Map<String, String> metadata) {
    public ServerLocation {
        metadata = Map.copyOf(metadata);
    }
}
