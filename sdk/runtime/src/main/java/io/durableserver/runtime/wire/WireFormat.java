package io.durableserver.runtime.wire;

import io.durableserver.ConfigurationException;
import io.durableserver.runtime.wire.DirectoryEntry.Phase;

/**
 * The bytes between nodes, version 1. The first byte is the protocol version, the second the kind; directory entries
 * and node states start with their own format byte and have no kind. Nodes of two releases run side by side during a rolling upgrade, so a
 * change of any part raises the version.
 *
 * <p>Encoding throws {@link ConfigurationException} with {@code NOT_ENCODABLE} when a key or name has no UTF-8 form.
 * Decoding throws {@link WireFormatException} and nothing else, whatever the bytes.
 */
public final class WireFormat {
    /** The protocol version this release writes and reads. */
    public static final int VERSION = 1;

    /** The format of directory entries this release writes and reads. */
    public static final int ENTRY_FORMAT = 1;

    /** Bound of the parts of an entry that this release does not know, in bytes. */
    public static final int MAX_ENTRY_EXTRA = 16 << 10;

    /** The format of node states this release writes and reads. */
    public static final int STATE_FORMAT = 1;

    private WireFormat() {}

    /** Encodes a message of the data plane. */
    public static byte[] encode(Message message) {
        return MessageFormat.encode(message);
    }

    /** Decodes a message of the data plane. */
    public static Message decodeMessage(byte[] bytes) {
        return MessageFormat.decode(bytes);
    }

    /** Encodes a request or an answer of the control plane. */
    public static byte[] encode(Control control) {
        return ControlFormat.encode(control);
    }

    /** Decodes a request or an answer of the control plane. */
    public static Control decodeControl(byte[] bytes) {
        return ControlFormat.decode(bytes);
    }

    /** Encodes a directory entry; equal entries give equal bytes, as compare-and-set on the directory needs. */
    public static byte[] encode(DirectoryEntry entry) {
        return new WireWriter(128)
                .octet(ENTRY_FORMAT)
                .name(entry.type())
                .session(entry.session())
                .number(entry.epoch())
                .bool(entry.phase() == Phase.RUNNING)
                .bool(entry.permanent())
                .texts(entry.metadata())
                .extra(entry.extra())
                .toBytes();
    }

    /**
     * Decodes a directory entry. Parts that a later release has written behind the metadata are kept as they are: the entry is compared
     * by its bytes, also by nodes that do not know all of them.
     */
    public static DirectoryEntry decodeEntry(byte[] bytes) {
        WireReader in = new WireReader(bytes);
        int format = in.octet();
        if (format != ENTRY_FORMAT) {
            throw in.malformed("entry format " + format + ", this node knows " + ENTRY_FORMAT);
        }
        String type = in.string();
        var session = in.session();
        long epoch = in.number();
        Phase phase = in.bool() ? Phase.RUNNING : Phase.STARTING;
        if (phase == Phase.STARTING && epoch != 0) {
            throw in.malformed("epoch is not 0 while starting");
        }
        return new DirectoryEntry(type, session, epoch, phase, in.bool(), in.texts(), in.extra(MAX_ENTRY_EXTRA));
    }

    /** Encodes what a node says about itself. */
    public static byte[] encode(NodeState state) {
        return new WireWriter(64)
                .octet(STATE_FORMAT)
                .octet(state.status().code())
                .texts(state.details())
                .toBytes();
    }

    /**
     * Decodes what a node says about itself. A status this release does not know is {@code UNKNOWN}, and what a later
     * release has added behind the details is skipped: rows are read by nodes of every release in the cluster.
     */
    public static NodeState decodeState(byte[] bytes) {
        WireReader in = new WireReader(bytes);
        int format = in.octet();
        if (format != STATE_FORMAT) {
            throw in.malformed("state format " + format + ", this node knows " + STATE_FORMAT);
        }
        return new NodeState(NodeState.Status.of(in.octet()), in.texts());
    }

    static WireWriter begin(int kind, long capacity) {
        return new WireWriter(capacity).octet(VERSION).octet(kind);
    }

    /** Checks the version; the reader then stands on the kind. */
    static WireReader open(byte[] bytes) {
        WireReader in = new WireReader(bytes);
        int version = in.octet();
        if (version != VERSION) {
            throw in.malformed("protocol version " + version + ", this node knows " + VERSION);
        }
        return in;
    }
}
