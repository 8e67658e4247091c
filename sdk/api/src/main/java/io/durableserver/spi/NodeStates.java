package io.durableserver.spi;

import java.util.Map;

/**
 * What each session says about itself to all others, such as whether it takes requests: one small row per session, read
 * from local memory. A hint that may be late, old or missing; nothing waits for it. Thread-safe; nothing blocks.
 */
public interface NodeStates {
    /** The largest row, in bytes. */
    int MAX_ROW_BYTES = 16 << 10;

    /**
     * Puts this session's row in place of the one before. The implementation goes on trying until the row is out or a
     * newer one is given, brings it back when the cluster loses it, and removes it when the session has left.
     *
     * @param row at most {@value #MAX_ROW_BYTES} bytes; not changed any more
     */
    void publish(byte[] row);

    /**
     * The newest rows this node has seen, also of sessions that left a moment ago. The same instance comes back as long
     * as nothing has changed; rows must not be changed.
     */
    Map<Session, byte[]> rows();
}
