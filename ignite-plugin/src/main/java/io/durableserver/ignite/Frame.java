package io.durableserver.ignite;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What travels between two transports: a batch of messages, or flow control.
 *
 * <p>Format, big endian: kind (1 byte), offset (8 bytes), then for {@link #DATA} each message as its length (4 bytes) and
 * its bytes. The offset of a data frame counts the message bytes of this pair of sessions up to the end of this frame;
 * that of an acknowledgement says how far the receiver has handed them on. A probe asks for an acknowledgement.
 */
record Frame(byte kind, long offset, List<byte[]> messages) {
    static final byte DATA = 1;
    static final byte ACKNOWLEDGE = 2;
    static final byte PROBE = 3;
    private static final int HEADER = 1 + Long.BYTES;

    static byte[] data(long offset, List<byte[]> messages) {
        int size = HEADER;
        for (byte[] message : messages) {
            size = Math.addExact(size, Integer.BYTES + message.length);
        }
        ByteBuffer buffer = ByteBuffer.allocate(size).put(DATA).putLong(offset);
        for (byte[] message : messages) {
            buffer.putInt(message.length).put(message);
        }
        return buffer.array();
    }

    static byte[] control(byte kind, long offset) {
        return ByteBuffer.allocate(HEADER).put(kind).putLong(offset).array();
    }

    /**
     * Takes a frame apart.
     *
     * @throws IllegalArgumentException when it is malformed
     */
    static Frame parse(byte[] bytes) {
        if (bytes.length < HEADER || bytes[0] < DATA || bytes[0] > PROBE) {
            throw new IllegalArgumentException("no frame header");
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        byte kind = buffer.get();
        long offset = buffer.getLong();
        List<byte[]> messages = new ArrayList<>();
        while (buffer.hasRemaining()) {
            int length = buffer.remaining() < Integer.BYTES ? -1 : buffer.getInt();
            if (kind != DATA || length < 0 || length > buffer.remaining()) {
                throw new IllegalArgumentException("message length " + length);
            }
            byte[] message = new byte[length];
            buffer.get(message);
            messages.add(message);
        }
        return new Frame(kind, offset, messages);
    }
}
