package io.durableserver.runtime.record;

import io.durableserver.ServerStatus;
import io.durableserver.spi.Session;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the store holds for one server. Equal by content, the state's bytes included.
 *
 * @param type the name of its type
 * @param schemaVersion the version its state was dumped with
 * @param status its status
 * @param owner the session that wrote it
 * @param epoch its ownership epoch (P1)
 * @param writes how often the record was written
 * @param writtenAtMillis wall clock of the writer, Unix milliseconds; for people, not for decisions
 * @param permanent whether the cluster restarts it
 * @param metadata its user metadata, see {@link RecordFormat#METADATA_BYTES}
 * @param codec the name of the codec of the state
 * @param optional the paths of members of the state that its writer declares as optional, sorted: a reader that does not know
 *     one keeps it. A tombstone has none
 * @param state the encoded state, not copied, and not to be changed. A tombstone has none, so with status
 *     {@code DELETING} it is dropped
 * @param requests the calls with a request id that it has applied. A tombstone has none
 * @param extra its members that this release does not know
 */
@SuppressWarnings("ArrayRecordComponent") // Equality is by content below; a copy per access would cost a write each.
public record StoredRecord(
        String type,
        int schemaVersion,
        ServerStatus status,
        Session owner,
        long epoch,
        long writes,
        long writtenAtMillis,
        boolean permanent,
        Map<String, String> metadata,
        String codec,
        List<String> optional,
        byte[] state,
        StoredRequests requests,
        ExtraMembers extra) {
    private static final byte[] NO_STATE = {};

    public StoredRecord {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(owner, "owner");
        Objects.requireNonNull(codec, "codec");
        Objects.requireNonNull(extra, "extra");
        metadata = Map.copyOf(metadata);
        optional = status == ServerStatus.DELETING ? List.of() : List.copyOf(optional);
        state = status == ServerStatus.DELETING ? NO_STATE : Objects.requireNonNull(state, "state");
        requests = status == ServerStatus.DELETING ? StoredRequests.NONE : Objects.requireNonNull(requests, "requests");
    }

    /** A record of this release. */
    public StoredRecord(
            String type,
            int schemaVersion,
            ServerStatus status,
            Session owner,
            long epoch,
            long writes,
            long writtenAtMillis,
            boolean permanent,
            Map<String, String> metadata,
            String codec,
            List<String> optional,
            byte[] state) {
        this(
                type,
                schemaVersion,
                status,
                owner,
                epoch,
                writes,
                writtenAtMillis,
                permanent,
                metadata,
                codec,
                optional,
                state,
                StoredRequests.NONE,
                ExtraMembers.NONE);
    }

    /** A record of this release without optional members. */
    public StoredRecord(
            String type,
            int schemaVersion,
            ServerStatus status,
            Session owner,
            long epoch,
            long writes,
            long writtenAtMillis,
            boolean permanent,
            Map<String, String> metadata,
            String codec,
            byte[] state) {
        this(
                type,
                schemaVersion,
                status,
                owner,
                epoch,
                writes,
                writtenAtMillis,
                permanent,
                metadata,
                codec,
                List.of(),
                state);
    }

    /** The same record with other optional members. */
    public StoredRecord withOptional(List<String> value) {
        return new StoredRecord(
                type,
                schemaVersion,
                status,
                owner,
                epoch,
                writes,
                writtenAtMillis,
                permanent,
                metadata,
                codec,
                value,
                state,
                requests,
                extra);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof StoredRecord that
                && epoch == that.epoch
                && writes == that.writes
                && writtenAtMillis == that.writtenAtMillis
                && schemaVersion == that.schemaVersion
                && permanent == that.permanent
                && status == that.status
                && type.equals(that.type)
                && owner.equals(that.owner)
                && metadata.equals(that.metadata)
                && codec.equals(that.codec)
                && optional.equals(that.optional)
                && Arrays.equals(state, that.state)
                && requests.equals(that.requests)
                && extra.equals(that.extra);
    }

    @Override
    public int hashCode() {
        return Objects.hash(type, status, owner, epoch, writes, Arrays.hashCode(state));
    }

    /** Everything but the content of state and metadata, which may be secret (P9). */
    @Override
    public String toString() {
        return "StoredRecord[" + type + "@" + schemaVersion + " " + status.wireName() + " owner=" + owner + " epoch="
                + epoch + " writes=" + writes + " permanent=" + permanent + " codec=" + codec + " stateBytes="
                + state.length + " requests=" + requests + " extra=" + extra + "]";
    }
}
