package io.durableserver.runtime.call;

import io.durableserver.Codec;
import io.durableserver.ConfigurationException;
import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException;
import io.durableserver.runtime.activation.Activation;
import io.durableserver.runtime.activation.Activations;
import io.durableserver.runtime.activation.Offer;
import io.durableserver.runtime.mailbox.Encoded;
import io.durableserver.runtime.mailbox.Envelope;
import io.durableserver.runtime.turn.RegisteredType;
import io.durableserver.runtime.turn.Rings;
import io.durableserver.runtime.turn.Slot;
import io.durableserver.runtime.turn.TypeRegistry;
import io.durableserver.runtime.wire.Message;
import io.durableserver.runtime.wire.WireError;
import io.durableserver.runtime.wire.WireFormat;
import io.durableserver.runtime.wire.WireFormatException;
import io.durableserver.spi.Session;
import io.durableserver.spi.TimeSource;
import io.durableserver.spi.Transport;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes messages of other nodes from the transport to the mailboxes. Runs on the transport's threads; never blocks. */
public final class Inbound {
    private static final Logger LOG = LoggerFactory.getLogger(Inbound.class);

    private final Activations activations;
    private final TypeRegistry types;
    private final PendingCalls pending;
    private final Transport transport;
    private final Codec messages;
    private final TimeSource time;
    private final int maxMessageBytes;

    public Inbound(
            Activations activations,
            TypeRegistry types,
            PendingCalls pending,
            Transport transport,
            Codec messages,
            TimeSource time,
            int maxMessageBytes) {
        this.activations = activations;
        this.types = types;
        this.pending = pending;
        this.transport = transport;
        this.messages = messages;
        this.time = time;
        this.maxMessageBytes = maxMessageBytes;
    }

    /** One message from a session. */
    public void receive(Session from, byte[] bytes) {
        Message message;
        try {
            message = WireFormat.decodeMessage(bytes);
        } catch (WireFormatException malformed) {
            LOG.warn("A message from {} was dropped: {}", from, malformed.getMessage());
            return;
        }
        if (message instanceof Message.CallMessage call) {
            receive(new RemoteSink(transport, messages, maxMessageBytes, from, call.id(), call.key()), call);
        } else if (message instanceof Message.CastMessage cast) {
            receive(cast);
        } else {
            pending.onReply(message);
        }
    }

    private void receive(RemoteSink sink, Message.CallMessage call) {
        Activation<?> activation = activations.find(call.key());
        if (activation == null) {
            sink.notHere();
            return;
        }
        try {
            Rings.check(call.key(), call.origin().chain());
            Slot slot = slot(call.type(), call.message());
            check(call.key(), call.type(), slot, true, activation);
            Encoded message = () -> decode(messages, slot, call.payload());
            Offer offer = activation.offer(
                    new Envelope(slot, message, sink, call.origin().arrived(time.nanoTime())));
            if (offer == Offer.FULL) {
                sink.failure(activation.refused(offer));
            } else if (offer == Offer.NOT_HERE) {
                sink.notHere();
            }
        } catch (DurableServerException refused) {
            sink.failure(refused);
        }
    }

    private void receive(Message.CastMessage cast) {
        Activation<?> activation = activations.find(cast.key());
        String problem = "the server is not here";
        if (activation != null) {
            try {
                Slot slot = slot(cast.type(), cast.message());
                check(cast.key(), cast.type(), slot, false, activation);
                Encoded message = () -> decode(messages, slot, cast.payload());
                Offer offer = activation.offer(Envelope.oneWay(slot, message, cast.headers()));
                if (offer == Offer.ACCEPTED) {
                    return;
                }
                problem = offer == Offer.FULL ? "the mailbox is full" : "the server stopped";
            } catch (DurableServerException refused) {
                problem = String.valueOf(refused.getMessage());
            }
        }
        LOG.warn("A cast to {} was dropped: {}", cast.key(), problem);
    }

    private Slot slot(String typeName, String message) {
        RegisteredType<?> type = types.get(typeName);
        Slot slot = type.table().named(message);
        if (slot == null) {
            throw new ConfigurationException(
                    ConfigurationException.Reason.UNREGISTERED_MESSAGE,
                    "The server type does not handle this message on the owner's node",
                    Map.of("type", typeName, "message", message));
        }
        return slot;
    }

    private static void check(String key, String type, Slot slot, boolean call, Activation<?> activation) {
        if (!activation.typeName().equals(type)) {
            throw NotAppliedException.typeMismatch(key, type, activation.typeName());
        }
        if (slot.isCall() != call) {
            throw new ConfigurationException(
                    ConfigurationException.Reason.UNREGISTERED_MESSAGE,
                    call
                            ? "The owner's node has this message as a cast, the caller's as a call"
                            : "The owner's node has this message as a call, the sender's as a cast",
                    Map.of("key", key, "type", type, "message", slot.wireName()));
        }
    }

    /** A message off the wire; throws {@code NOT_ENCODABLE}. */
    static Object decode(Codec messages, Slot slot, byte[] payload) {
        Object message = messages.decode(payload, slot.message());
        if (message == null) {
            throw new ConfigurationException(
                    ConfigurationException.Reason.NOT_ENCODABLE,
                    "A message cannot be null",
                    Map.of("message", slot.wireName()));
        }
        return message;
    }

    /** The error as a message. */
    static Message error(long id, DurableServerException error) {
        return new Message.ErrorMessage(id, WireError.of(error));
    }
}
