package io.durableserver.runtime.wire;

import io.durableserver.spi.Session;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the directory holds for one key.
 *
 * @param type the name of the server's type
 * @param session the session that starts or serves it
 * @param epoch its ownership epoch; 0 while {@code STARTING}, when no epoch is won yet
 * @param phase how far it is
 * @param permanent whether the cluster restarts it
 * @param metadata its user metadata
 * @param extra the parts that this release does not know, as they were written, not copied, and not to be changed. A
 *     compare-and-set on the entry needs them
 */
@SuppressWarnings("ArrayRecordComponent") // Equality is by content below.
public record DirectoryEntry(
        String type,
        Session session,
        long epoch,
        Phase phase,
        boolean permanent,
        Map<String, String> metadata,
        byte[] extra) {
    private static final byte[] NOTHING = {};

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
        Objects.requireNonNull(extra, "extra");
    }

    /** An entry of this release. */
    public DirectoryEntry(
            String type, Session session, long epoch, Phase phase, boolean permanent, Map<String, String> metadata) {
        this(type, session, epoch, phase, permanent, metadata, NOTHING);
    }

    /** The same with other metadata. */
    public DirectoryEntry withMetadata(Map<String, String> value) {
        return new DirectoryEntry(type, session, epoch, phase, permanent, value, extra);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof DirectoryEntry that
                && epoch == that.epoch
                && phase == that.phase
                && permanent == that.permanent
                && type.equals(that.type)
                && session.equals(that.session)
                && metadata.equals(that.metadata)
                && Arrays.equals(extra, that.extra);
    }

    @Override
    public int hashCode() {
        return Objects.hash(type, session, epoch, phase, permanent, metadata, Arrays.hashCode(extra));
    }

    /** Everything but the content of the metadata, which may be secret (P9). */
    @Override
    public String toString() {
        return "DirectoryEntry[" + type + " " + phase + " at " + session + " epoch=" + epoch + " permanent=" + permanent
                + " extraBytes=" + extra.length + "]";
    }
}
