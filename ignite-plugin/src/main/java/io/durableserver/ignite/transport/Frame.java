package io.durableserver.ignite.transport;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
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
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
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
        byte kind = bytes[0];
        List<byte[]> messages = new ArrayList<>();
        int position = HEADER;
        while (position < bytes.length) {
            int rest = bytes.length - position - Integer.BYTES;
            int length = rest < 0 ? -1 : (int) INTS.get(bytes, position);
            if (kind != DATA || length < 0 || length > rest) {
                throw new IllegalArgumentException("message length " + length);
            }
            position += Integer.BYTES;
            messages.add(Arrays.copyOfRange(bytes, position, position + length));
            position += length;
        }
        return new Frame(kind, (long) LONGS.get(bytes, 1), messages);
    }
}
