package io.durableserver.runtime.record;

import com.fasterxml.jackson.core.JsonParser;
import io.durableserver.NotAppliedException;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Claims as bytes, in the same family as {@link RecordFormat}.
 *
 * <pre>{@code
 * {"format":1,"kind":"claim","claimant":{"node":"n1","incarnation":"i1"},"sessions":["i1","i2"],"clusters":["c1"],
 *  "addresses":["10.0.0.7:47500"],"since":1767225600000,"moves":true,"rival":[],"down":[],"join":[],"crc32c":"0a1b2c3d"}
 * }</pre>
 */
public final class ClaimFormat {
    private static final String KIND = "claim";

    private ClaimFormat() {}

    /** Encodes a claim. */
    public static byte[] encode(ClaimRecord claim) {
        JsonBytes json = Envelope.open(KIND, 1_024);
        Members.session(json.ascii(",\"claimant\":"), claim.claimant(), claim.extra());
        Members.list(json.ascii(",\"sessions\":"), claim.sessions());
        Members.list(json.ascii(",\"clusters\":"), claim.clusters());
        Members.list(json.ascii(",\"addresses\":"), claim.addresses());
        json.ascii(",\"since\":").number(claim.sinceMillis());
        json.ascii(",\"moves\":").bool(claim.moves());
        Members.list(json.ascii(",\"rival\":"), claim.rival());
        Members.list(json.ascii(",\"down\":"), claim.down());
        Members.list(json.ascii(",\"join\":"), claim.join());
        return Seal.close(json.raw(claim.extra().top()));
    }

    /**
     * Decodes a claim.
     *
     * @param key the key it is stored under, for errors only
     * @throws NotAppliedException with {@code RECORD_FOREIGN}, {@code RECORD_NEWER} or {@code RECORD_CORRUPT}
     */
    public static ClaimRecord decode(String key, byte[] bytes) {
        return Envelope.read(key, KIND, bytes, new Draft(bytes));
    }

    /** The members seen so far. */
    private static final class Draft implements Envelope.Draft<ClaimRecord> {
        private final byte[] bytes;
        private final Map<String, List<String>> lists = new HashMap<>();
        private Members.@Nullable Written claimant;
        private @Nullable Long since;
        private @Nullable Boolean moves;

        Draft(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public boolean read(String name, JsonParser parser) throws IOException {
            switch (name) {
                case "claimant" -> claimant = Members.session(parser, bytes, name);
                case "sessions", "clusters", "addresses", "rival", "down", "join" ->
                    lists.put(name, Members.list(parser, name));
                case "since" -> since = Members.number(parser, name);
                case "moves" -> moves = Members.bool(parser, name);
                default -> {
                    return false;
                }
            }
            return true;
        }

        private List<String> list(String name) throws Malformed {
            return Members.required(lists.get(name), name);
        }

        @Override
        public ClaimRecord finish(byte[] top) throws Malformed {
            List<String> rival = list("rival");
            if (!rival.isEmpty() && rival.size() != 3) {
                throw new Malformed("member rival has not three parts");
            }
            Members.Written speaker = Members.required(claimant, "claimant");
            return new ClaimRecord(
                    speaker.session(),
                    list("sessions"),
                    list("clusters"),
                    list("addresses"),
                    Members.required(since, "since"),
                    Members.required(moves, "moves"),
                    rival,
                    list("down"),
                    list("join"),
                    ExtraMembers.of(top, speaker.extra()));
        }
    }
}
