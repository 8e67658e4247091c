package io.durableserver.admin;

import io.durableserver.ServerInfo;
import io.durableserver.spi.Version;
import java.util.Map;
import java.util.Optional;

/**
 * What the store holds under a key, and what the node that exported it makes of it. Immutable.
 */
public final class RecordExport {
    /** What a record is good for. */
    public enum Condition {
        /** A server of the exporting node can use it. */
        HEALTHY(true),
        /** Its checksum or its form is broken. */
        CORRUPT(false),
        /** It was not written by this library. */
        FOREIGN(false),
        /** It has a newer format or a newer schema version than the exporting node knows: a newer node may use it. */
        NEWER(true),
        /**
         * Its state does not fit the state class of the exporting node, or is of a codec that its type does not read there; a node with
         * another release may use it.
         */
        MISMATCHED(true),
        /** The application's {@code load} throws on its state. */
        UNREADABLE(false),
        /** Its type is not registered on the exporting node, which cannot judge it. */
        UNKNOWN_TYPE(true),
        /** It marks a delete that did not come to its end. */
        DELETED(false);

        private final boolean mayBeUsed;

        Condition(boolean mayBeUsed) {
            this.mayBeUsed = mayBeUsed;
        }

        /** Whether some node may be able to use it: such a record is changed with {@link Repair#evenIfHealthy} only. */
        public boolean mayBeUsed() {
            return mayBeUsed;
        }
    }

    private final String key;
    private final Version version;
    private final byte[] bytes;
    private final Condition condition;
    private final Map<String, String> problem;
    private final Optional<ServerInfo> info;

    /** For the runtime. */
    public RecordExport(
            String key,
            Version version,
            byte[] bytes,
            Condition condition,
            Map<String, String> problem,
            Optional<ServerInfo> info) {
        this.key = key;
        this.version = version;
        this.bytes = bytes.clone();
        this.condition = condition;
        this.problem = Map.copyOf(problem);
        this.info = info;
    }

    /** The server's key. */
    public String key() {
        return key;
    }

    /** The version of the record: a repair must name it, and changes nothing else. */
    public Version version() {
        return version;
    }

    /** The record as the runtime stored it, a copy. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** What it is good for. */
    public Condition condition() {
        return condition;
    }

    /** What is wrong with it: the context of the error a start would get, without any content. Empty when healthy. */
    public Map<String, String> problem() {
        return problem;
    }

    /** What its header says; empty when that cannot be read. */
    public Optional<ServerInfo> info() {
        return info;
    }

    /** Everything but the bytes, which may be secret. */
    @Override
    public String toString() {
        return "RecordExport[" + key + " " + condition + " version=" + version.token() + " bytes=" + bytes.length + " "
                + problem + "]";
    }
}
