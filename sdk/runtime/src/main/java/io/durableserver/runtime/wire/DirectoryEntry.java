package io.durableserver.runtime.wire;

import io.durableserver.spi.Session;
import java.util.Map;
import java.util.Objects;

/**
 * What the directory holds for one key.
 *
 * @param type the name of the server's type
 * @param session the session that starts or serves it
 * @param epoch its ownership epoch; 0 while {@code STARTING}, when no epoch is won yet
 * @param phase how far it is
 * @param permanent whether the cluster restarts it
 * @param metadata its user metadata
 */
public record DirectoryEntry(
        String type, Session session, long epoch, Phase phase, boolean permanent, Map<String, String> metadata) {
    /** How far a server is. */
    public enum Phase {
        STARTING,
        RUNNING
    }

    public DirectoryEntry {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(session, "session");
        metadata = Map.copyOf(metadata);
        if (phase == Phase.STARTING && epoch != 0) {
            throw new IllegalArgumentException("epoch " + epoch + " while STARTING, must be 0");
        }
    }
}
