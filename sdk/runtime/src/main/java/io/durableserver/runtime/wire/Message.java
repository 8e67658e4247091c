package io.durableserver.runtime.wire;

import java.util.Map;

/**
 * A message of the data plane. Payloads are not copied, and not to be changed. Records with a payload are equal by its
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
     * @param origin where it comes from, with the time left as of sending
     */
    record CallMessage(long id, String key, String type, String message, byte[] payload, Origin origin)
            implements Message {}

    /** A one-way message to a server, with the headers of its {@link Origin}; the other parts are those of {@link CallMessage}. */
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
