package io.durableserver.runtime.record;

import com.fasterxml.jackson.core.JsonParser;
import io.durableserver.ConfigurationException;
import io.durableserver.NotAppliedException;
import io.durableserver.ServerStatus;
import java.io.IOException;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Server records as bytes, format 1: one JSON object in UTF-8, equal records giving equal bytes.
 *
 * <pre>{@code
 * {"format":1,"kind":"server","type":"counter","schema":1,"status":"running",
 *  "owner":{"node":"n1","incarnation":"i1"},"epoch":3,"writes":17,"writtenAt":1767225600000,"permanent":true,
 *  "metadata":{"room":"blue"},"codec":"json","state":{"count":7},"crc32c":"0a1b2c3d"}
 * }</pre>
 *
 * <p>There are no spaces or line ends outside the state. A state of codec {@code json} is embedded as it is; of any other
 * codec it is a string in Base64 (RFC 4648, with padding); of a tombstone it is null. The checksum is CRC-32C over all
 * bytes before {@code ,"crc32c":}. A record whose state has optional members names them in a member {@code optional} before the
 * state, {@code ["tags","address.zip"]}. Calls with a request id that were applied stand behind the state
 * ({@link RequestsFormat}), and {@code "needs":["requests"]} keeps releases away that would apply them twice. Members that a reader does not know it keeps: they stand behind the state in what it writes.
 */
public final class RecordFormat {
    /** Bound of the metadata: UTF-8 bytes of all names and values together. */
    public static final int METADATA_BYTES = 4 << 10;

    private static final String KIND = "server";
    private static final String JSON = "json";

    private RecordFormat() {}

    /**
     * Encodes a record.
     *
     * @throws ConfigurationException with {@code INVALID_OPTION} when the metadata is over its bound or no Unicode text, with
     *     {@code NOT_ENCODABLE} when a codec named json produced no JSON value at all
     */
    public static byte[] encode(StoredRecord record) {
        checkMetadata(record.metadata());
        JsonBytes json = record.requests().isNone()
                ? Envelope.open(KIND, capacity(record))
                : Envelope.open(KIND, RequestsFormat.NAME, capacity(record));
        json.ascii(",\"type\":").string(record.type());
        json.ascii(",\"schema\":").number(record.schemaVersion());
        json.ascii(",\"status\":").string(record.status().wireName());
        Members.session(json.ascii(",\"owner\":"), record.owner(), record.extra());
        json.ascii(",\"epoch\":").number(record.epoch());
        json.ascii(",\"writes\":").number(record.writes());
        json.ascii(",\"writtenAt\":").number(record.writtenAtMillis());
        json.ascii(",\"permanent\":").bool(record.permanent());
        metadata(json.ascii(",\"metadata\":{"), record.metadata());
        json.ascii("},\"codec\":").string(record.codec());
        if (!record.optional().isEmpty()) {
            Members.list(json.ascii(",\"optional\":"), record.optional());
        }
        state(json.ascii(",\"state\":"), record);
        if (!record.requests().isNone()) {
            RequestsFormat.write(json, record.requests());
        }
        return Seal.close(json.raw(record.extra().top()));
    }

    /**
     * Decodes a record.
     *
     * @param key the key it is stored under, for errors only
     * @throws NotAppliedException with {@code RECORD_FOREIGN}, {@code RECORD_NEWER} or {@code RECORD_CORRUPT}
     */
    public static StoredRecord decode(String key, byte[] bytes) {
        return Envelope.read(key, KIND, bytes, new Draft(bytes));
    }

    /** As {@link #decode}, without a look at the checksum: for records that an operator changed by hand, or tries to save. */
    public static StoredRecord decodeUnsealed(String key, byte[] bytes) {
        return Envelope.readUnsealed(key, KIND, bytes, new Draft(bytes));
    }

    private static int capacity(StoredRecord record) {
        long state = record.codec().equals(JSON) ? record.state().length : record.state().length * 4L / 3;
        return Math.toIntExact(state + record.requests().size() + record.extra().size() + 512);
    }

    private static void metadata(JsonBytes json, Map<String, String> metadata) {
        String separator = "";
        for (Map.Entry<String, String> entry : new TreeMap<>(metadata).entrySet()) {
            json.ascii(separator).string(entry.getKey()).ascii(":").string(entry.getValue());
            separator = ",";
        }
    }

    private static void state(JsonBytes json, StoredRecord record) {
        if (record.status() == ServerStatus.DELETING) {
            json.ascii("null");
        } else if (!record.codec().equals(JSON)) {
            json.ascii("\"").raw(Base64.getEncoder().encode(record.state())).ascii("\"");
        } else if (record.state().length == 0) {
            throw new ConfigurationException(
                    ConfigurationException.Reason.NOT_ENCODABLE,
                    "A codec named json must produce a JSON value, and produced nothing",
                    Map.of("type", record.type()));
        } else {
            json.raw(record.state());
        }
    }

    private static void checkMetadata(Map<String, String> metadata) {
        long bytes = 0;
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
            bytes += utf8Bytes(entry.getKey()) + utf8Bytes(entry.getValue());
        }
        if (bytes > METADATA_BYTES) {
            throw ConfigurationException.option(
                    "metadata", bytes + " bytes", "at most " + METADATA_BYTES + " bytes of names and values in UTF-8");
        }
    }

    /** Half a surrogate pair has no UTF-8 form, and as a name no JSON reader takes it back. */
    private static long utf8Bytes(String text) {
        try {
            return StandardCharsets.UTF_8
                    .newEncoder()
                    .encode(CharBuffer.wrap(text))
                    .remaining();
        } catch (CharacterCodingException e) {
            throw ConfigurationException.option("metadata", "half a surrogate pair", "Unicode text");
        }
    }

    /** The members seen so far. */
    private static final class Draft implements Envelope.Draft<StoredRecord> {
        private final byte[] bytes;
        private @Nullable String type;
        private @Nullable Integer schema;
        private @Nullable ServerStatus status;
        private Members.@Nullable Written owner;
        private @Nullable Long epoch;
        private @Nullable Long writes;
        private @Nullable Long writtenAt;
        private @Nullable Boolean permanent;
        private @Nullable Map<String, String> metadata;
        private @Nullable String codec;
        private List<String> optional = List.of();
        private byte @Nullable [] state;
        private StoredRequests requests = StoredRequests.NONE;

        Draft(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public boolean read(String name, JsonParser parser) throws IOException {
            switch (name) {
                case "type" -> type = Members.string(parser, name);
                case "schema" -> schema = Members.smallNumber(parser, name);
                case "status" -> status = Members.status(parser, name);
                case "owner" -> owner = Members.session(parser, bytes, name);
                case "epoch" -> epoch = Members.number(parser, name);
                case "writes" -> writes = Members.number(parser, name);
                case "writtenAt" -> writtenAt = Members.number(parser, name);
                case "permanent" -> permanent = Members.bool(parser, name);
                case "metadata" -> metadata = Members.strings(parser, bytes, name);
                case "codec" -> codec = Members.string(parser, name);
                case "optional" -> optional = Members.list(parser, name);
                case "state" -> state = Members.slice(parser, bytes);
                case RequestsFormat.NAME -> requests = RequestsFormat.read(parser);
                default -> {
                    return false;
                }
            }
            return true;
        }

        @Override
        public boolean knows(String feature) {
            return feature.equals(RequestsFormat.NAME);
        }

        @Override
        public StoredRecord finish(byte[] top) throws Malformed {
            Members.Written writer = Members.required(owner, "owner");
            ServerStatus foundStatus = Members.required(status, "status");
            String foundCodec = Members.required(codec, "codec");
            return new StoredRecord(
                    Members.required(type, "type"),
                    Members.required(schema, "schema"),
                    foundStatus,
                    writer.session(),
                    Members.required(epoch, "epoch"),
                    Members.required(writes, "writes"),
                    Members.required(writtenAt, "writtenAt"),
                    Members.required(permanent, "permanent"),
                    Members.required(metadata, "metadata"),
                    foundCodec,
                    optional,
                    stateBytes(Members.required(state, "state"), foundStatus, foundCodec),
                    requests,
                    ExtraMembers.of(top, writer.extra()));
        }

        private static byte[] stateBytes(byte[] raw, ServerStatus status, String codec) throws Malformed {
            if (status == ServerStatus.DELETING || codec.equals(JSON)) {
                return raw;
            }
            if (raw.length < 2 || raw[0] != '"') {
                throw new Malformed("member state is not a Base64 string");
            }
            try {
                return Base64.getDecoder().decode(Arrays.copyOfRange(raw, 1, raw.length - 1));
            } catch (IllegalArgumentException e) {
                throw new Malformed("member state is not Base64");
            }
        }
    }
}
