package io.durableserver.ignite.transport;

import java.util.Objects;
import org.apache.ignite.plugin.extensions.communication.Message;
import org.apache.ignite.plugin.extensions.communication.MessageReader;
import org.apache.ignite.plugin.extensions.communication.MessageSerializer;
import org.apache.ignite.plugin.extensions.communication.MessageWriter;
import org.jspecify.annotations.Nullable;

/** A {@link Frame} as a message of Ignite's communication: its bytes, nothing of Ignite's marshalling. */
final class FrameMessage implements Message {
    /** Part of the protocol between nodes; Ignite's own messages end far below it. */
    static final short TYPE = 20_650;

    private byte @Nullable [] bytes;

    /** For Ignite, which fills it. */
    FrameMessage() {}

    FrameMessage(byte[] bytes) {
        this.bytes = bytes;
    }

    byte[] bytes() {
        return Objects.requireNonNull(bytes, "frame without bytes");
    }

    @Override
    public short directType() {
        return TYPE;
    }

    /** Writes and reads in steps: Ignite calls again when its buffer was full or empty. */
    static final class Serializer implements MessageSerializer {
        @Override
        public boolean writeTo(Message message, MessageWriter writer) {
            if (!writer.isHeaderWritten()) {
                if (!writer.writeHeader(TYPE)) {
                    return false;
                }
                writer.onHeaderWritten();
            }
            if (writer.state() == 0) {
                if (!writer.writeByteArray(((FrameMessage) message).bytes())) {
                    return false;
                }
                writer.incrementState();
            }
            return true;
        }

        @Override
        public boolean readFrom(Message message, MessageReader reader) {
            if (reader.state() == 0) {
                byte[] read = reader.readByteArray();
                if (!reader.isLastRead()) {
                    return false;
                }
                ((FrameMessage) message).bytes = read;
                reader.incrementState();
            }
            return true;
        }
    }
}
