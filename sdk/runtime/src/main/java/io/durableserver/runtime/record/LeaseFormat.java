package io.durableserver.runtime.record;

import com.fasterxml.jackson.core.JsonParser;
import io.durableserver.NotAppliedException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Leases as bytes, in the same family as {@link RecordFormat}.
 *
 * <pre>{@code
 * {"format":1,"kind":"lease","session":{"node":"n1","incarnation":"i1"},"renewals":9,"endpoint":"10.0.0.7:47500",
 *  "gone":false,"writtenAt":1767225600000,"cluster":"c1","crc32c":"0a1b2c3d"}
 * }</pre>
 *
 * <p>Where the cluster is not known its member is left out, as in leases of releases that do not know it.
 */
public final class LeaseFormat {
    private static final String KIND = "lease";

    private LeaseFormat() {}

    /** Encodes a lease. */
    public static byte[] encode(LeaseRecord lease) {
        JsonBytes json = Envelope.open(KIND, 512);
        Members.session(json.ascii(",\"session\":"), lease.session(), lease.extra());
        json.ascii(",\"renewals\":").number(lease.renewals());
        json.ascii(",\"endpoint\":").string(lease.endpoint());
        json.ascii(",\"gone\":").bool(lease.gone());
        json.ascii(",\"writtenAt\":").number(lease.writtenAtMillis());
        if (!lease.cluster().isEmpty()) {
            json.ascii(",\"cluster\":").string(lease.cluster());
        }
        return Seal.close(json.raw(lease.extra().top()));
    }

    /**
     * Decodes a lease.
     *
     * @param key the key it is stored under, for errors only
     * @throws NotAppliedException with {@code RECORD_FOREIGN}, {@code RECORD_NEWER} or {@code RECORD_CORRUPT}
     */
    public static LeaseRecord decode(String key, byte[] bytes) {
        return Envelope.read(key, KIND, bytes, new Draft(bytes));
    }

    /** The members seen so far. */
    private static final class Draft implements Envelope.Draft<LeaseRecord> {
        private final byte[] bytes;
        private Members.@Nullable Written session;
        private @Nullable Long renewals;
        private @Nullable String endpoint;
        private @Nullable Boolean gone;
        private @Nullable Long writtenAt;
        private String cluster = "";

        Draft(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public boolean read(String name, JsonParser parser) throws IOException {
            switch (name) {
                case "session" -> session = Members.session(parser, bytes, name);
                case "renewals" -> renewals = Members.number(parser, name);
                case "endpoint" -> endpoint = Members.string(parser, name);
                case "gone" -> gone = Members.bool(parser, name);
                case "writtenAt" -> writtenAt = Members.number(parser, name);
                case "cluster" -> cluster = Members.string(parser, name);
                default -> {
                    return false;
                }
            }
            return true;
        }

        @Override
        public LeaseRecord finish(byte[] top) throws Malformed {
            Members.Written holder = Members.required(session, "session");
            return new LeaseRecord(
                    holder.session(),
                    Members.required(renewals, "renewals"),
                    Members.required(endpoint, "endpoint"),
                    Members.required(gone, "gone"),
                    Members.required(writtenAt, "writtenAt"),
                    cluster,
                    ExtraMembers.of(top, holder.extra()));
        }
    }
}
