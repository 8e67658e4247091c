package io.durableserver.runtime.call;

import io.durableserver.runtime.events.Facts;
import io.durableserver.runtime.events.HotPath;
import io.durableserver.runtime.wire.Message;
import io.durableserver.runtime.wire.WireFormat;
import io.durableserver.spi.Session;
import io.durableserver.spi.Transport;

/** Messages as bytes to other nodes, and their count for those who listen to the hot path. */
record DataPlane(Transport transport, Facts facts) {
    /** Sends a message; false when the queue to the node is full. */
    boolean send(Session to, Message message) {
        byte[] bytes = WireFormat.encode(message);
        boolean queued = transport.send(to, bytes);
        HotPath hot = facts.hot();
        if (queued && hot != null) {
            hot.messageSent(bytes.length);
        }
        return queued;
    }

    /** A message of so many bytes came. */
    void received(int bytes) {
        HotPath hot = facts.hot();
        if (hot != null) {
            hot.messageReceived(bytes);
        }
    }
}
