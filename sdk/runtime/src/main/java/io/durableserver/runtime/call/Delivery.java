package io.durableserver.runtime.call;

import io.durableserver.NotAppliedException;
import io.durableserver.runtime.activation.Activation;
import io.durableserver.runtime.activation.Activations;
import io.durableserver.runtime.mailbox.Envelope;
import io.durableserver.runtime.mailbox.ReplySink;
import io.durableserver.runtime.server.Offer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The one door to the servers of this node: finds the server, checks its type, and puts the message into its mailbox. */
record Delivery(Activations activations) {
    /** What became of a message. */
    sealed interface Outcome {
        Outcome ACCEPTED = new Accepted();
        Outcome NOT_HERE = new NotHere();

        /** It is in the mailbox. */
        record Accepted() implements Outcome {}

        /** No server of the key is here, or it takes no more: it may be elsewhere. */
        record NotHere() implements Outcome {}

        /** The mailbox is full. */
        record Full(NotAppliedException error) implements Outcome {}

        /** The server of the key is of another type. */
        record WrongType(NotAppliedException error) implements Outcome {}
    }

    /** The server of a key, when it is here and of this type. */
    @Nullable
    Activation<?> find(String key, String type) {
        Activation<?> activation = activations.find(key);
        return activation != null && activation.typeName().equals(type) ? activation : null;
    }

    /**
     * Delivers a message.
     *
     * @param message makes it; only when a server of this key and type is here. What it throws is thrown
     */
    Outcome deliver(String key, String type, Supplier<Envelope> message) {
        Activation<?> activation = activations.find(key);
        if (activation == null) {
            return Outcome.NOT_HERE;
        }
        return activation.typeName().equals(type)
                ? offer(activation, message.get())
                : new Outcome.WrongType(NotAppliedException.typeMismatch(key, type, activation.typeName()));
    }

    /** Delivers a message to a server that was found. */
    static Outcome offer(Activation<?> activation, Envelope message) {
        Offer offer = activation.offer(message);
        return switch (offer) {
            case ACCEPTED -> Outcome.ACCEPTED;
            case NOT_HERE -> Outcome.NOT_HERE;
            case FULL -> new Outcome.Full(activation.refused(offer));
        };
    }

    /** Tells the sender what became of the message; nothing yet when it was accepted. */
    static void tell(Outcome outcome, ReplySink sink) {
        if (outcome instanceof Outcome.NotHere) {
            sink.notHere();
        } else if (outcome instanceof Outcome.Full full) {
            sink.failure(full.error());
        } else if (outcome instanceof Outcome.WrongType wrong) {
            sink.failure(wrong.error());
        }
    }
}
