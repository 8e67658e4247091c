package io.durableserver.runtime.call;

import io.durableserver.Codec;
import io.durableserver.ConfigurationException;
import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.runtime.activation.Activations;
import io.durableserver.runtime.events.Facts;
import io.durableserver.runtime.mailbox.Encoded;
import io.durableserver.runtime.mailbox.Envelope;
import io.durableserver.runtime.turn.RegisteredType;
import io.durableserver.runtime.turn.Rings;
import io.durableserver.runtime.turn.TypeRegistry;
import io.durableserver.runtime.type.Slot;
import io.durableserver.runtime.wire.Message;
import io.durableserver.runtime.wire.WireFormat;
import io.durableserver.runtime.wire.WireFormatException;
import io.durableserver.spi.ErrorCode;
import io.durableserver.spi.NodeEvent;
import io.durableserver.spi.ServerEvent;
import io.durableserver.spi.Session;
import io.durableserver.spi.TimeSource;
import io.durableserver.spi.Transport;
import java.util.Map;

/** Takes messages of other nodes from the transport to the mailboxes. Runs on the transport's threads; never blocks. */
public final class Inbound {
    private final Delivery delivery;
    private final TypeRegistry types;
    private final PendingCalls pending;
    private final DataPlane plane;
    private final Payloads payloads;
    private final TimeSource time;
    private final Facts facts;

    public Inbound(
            Activations activations,
            TypeRegistry types,
            PendingCalls pending,
            Transport transport,
            Codec messages,
            TimeSource time,
            int maxMessageBytes,
            Facts facts) {
        this.delivery = new Delivery(activations);
        this.types = types;
        this.pending = pending;
        this.plane = new DataPlane(transport, facts);
        this.payloads = new Payloads(messages, maxMessageBytes);
        this.time = time;
        this.facts = facts;
    }

    /** One message from a session. */
    public void receive(Session from, byte[] bytes) {
        plane.received(bytes.length);
        Message message;
        try {
            message = WireFormat.decodeMessage(bytes);
        } catch (WireFormatException malformed) {
            facts.tell(
                    new NodeEvent.MessageUnreadable(from, ErrorCode.MALFORMED, String.valueOf(malformed.getMessage())));
            return;
        }
        if (message instanceof Message.CallMessage call) {
            receive(new RemoteSink(plane, payloads, from, call.id(), call.key()), call);
        } else if (message instanceof Message.CastMessage cast) {
            receive(cast);
        } else if (message instanceof Message.ReplyMessage reply) {
            pending.onAnswer(reply.id(), reply);
        } else if (message instanceof Message.ErrorMessage error) {
            pending.onAnswer(error.id(), error);
        } else if (message instanceof Message.NotHereMessage notHere) {
            pending.onAnswer(notHere.id(), notHere);
        }
    }

    private void receive(RemoteSink sink, Message.CallMessage call) {
        try {
            Delivery.tell(delivery.deliver(call.key(), call.type(), () -> envelope(sink, call)), sink);
        } catch (DurableServerException refused) {
            sink.failure(refused);
        }
    }

    private Envelope envelope(RemoteSink sink, Message.CallMessage call) {
        Rings.check(call.key(), call.origin().chain());
        Slot slot = slot(call.key(), call.type(), call.message(), true);
        Encoded message = () -> payloads.decode(slot, call.payload());
        return new Envelope(slot, message, sink, call.origin().arrived(time.nanoTime()));
    }

    private void receive(Message.CastMessage cast) {
        ErrorCode code = ErrorCode.of(Reason.NOT_RUNNING);
        String problem = "the server is not here";
        try {
            Delivery.Outcome outcome = delivery.deliver(cast.key(), cast.type(), () -> envelope(cast));
            if (outcome instanceof Delivery.Outcome.Accepted) {
                return;
            }
            if (outcome instanceof Delivery.Outcome.Full) {
                code = ErrorCode.of(Reason.MAILBOX_FULL);
                problem = "the mailbox is full";
            } else if (outcome instanceof Delivery.Outcome.WrongType wrong) {
                code = ErrorCode.of(wrong.error());
                problem = String.valueOf(wrong.error().getMessage());
            }
        } catch (DurableServerException refused) {
            code = ErrorCode.of(refused);
            problem = String.valueOf(refused.getMessage());
        }
        dropped(cast, code, problem);
    }

    /** By the names that this node knows: the others are in the text alone, as a peer may send any. */
    private void dropped(Message.CastMessage cast, ErrorCode code, String problem) {
        RegisteredType<?> type = types.find(cast.type());
        Slot slot = type == null ? null : type.table().named(cast.message());
        facts.tell(new ServerEvent.CastDropped(
                cast.key(),
                type == null ? ServerEvent.UNKNOWN : type.name(),
                slot == null ? ServerEvent.UNKNOWN : slot.wireName(),
                code,
                problem));
    }

    private Envelope envelope(Message.CastMessage cast) {
        Slot slot = slot(cast.key(), cast.type(), cast.message(), false);
        Encoded message = () -> payloads.decode(slot, cast.payload());
        return Envelope.oneWay(slot, message, cast.headers());
    }

    private Slot slot(String key, String typeName, String message, boolean isCall) {
        RegisteredType<?> type = types.get(typeName);
        Slot slot = type.table().named(message);
        if (slot == null) {
            throw new ConfigurationException(
                    ConfigurationException.Reason.UNREGISTERED_MESSAGE,
                    "The server type does not handle this message on the owner's node",
                    Map.of("type", typeName, "message", message));
        }
        if (slot.isCall() != isCall) {
            throw new ConfigurationException(
                    ConfigurationException.Reason.UNREGISTERED_MESSAGE,
                    isCall
                            ? "The owner's node has this message as a cast, the caller's as a call"
                            : "The owner's node has this message as a call, the sender's as a cast",
                    Map.of("key", key, "type", typeName, "message", slot.wireName()));
        }
        return slot;
    }
}
