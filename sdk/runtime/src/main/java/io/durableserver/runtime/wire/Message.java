package io.durableserver.runtime.wire;

import java.util.List;
import java.util.Map;

/**
 * A message of the data plane. Payloads are not copied: nobody may change them. Records with a payload are equal by its
 * identity, not by its content; nothing on the way of a call compares messages.
 */
@SuppressWarnings("ArrayRecordComponent")
public sealed interface Message {
    /** How many servers may wait for one request, each for the next. */
    int MAX_CHAIN = 32;

    /**
     * A call to a server.
     *
     * @param id correlates the answer; unique per sending session
     * @param key the server's key
     * @param type the name of its type
     * @param message the wire name of the message class
     * @param payload the encoded message
     * @param remainingNanos time left until the caller's deadline, as of sending
     * @param chain keys of the servers that wait for this call, outermost first, at most {@link #MAX_CHAIN}
     * @param requestId the caller's request id, empty for none
     * @param headers for trace context and what later releases add
     */
    record CallMessage(
            long id,
            String key,
            String type,
            String message,
            byte[] payload,
            long remainingNanos,
            List<String> chain,
            String requestId,
            Map<String, String> headers)
            implements Message {
        public CallMessage {
            chain = Chain.bounded(chain);
            headers = Map.copyOf(headers);
        }
    }

    /** A one-way message to a server; the parts are those of {@link CallMessage}. */
    record CastMessage(String key, String type, String message, byte[] payload, Map<String, String> headers)
            implements Message {
        public CastMessage {
            headers = Map.copyOf(headers);
        }
    }

    /** The encoded reply to a call. */
    record ReplyMessage(long id, byte[] payload) implements Message {}

    /** The error that ended a call. */
    record ErrorMessage(long id, WireError error) implements Message {}

    /** This node does not serve the key of the call, and did not apply it. */
    record NotHereMessage(long id) implements Message {}
}
