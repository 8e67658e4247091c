package io.durableserver.runtime.activation;

import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.runtime.mailbox.Envelope;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A message that a server sends itself by a timer, until it is in the mailbox or taken back. Thread-safe. */
final class LaterMail {
    private final Activation<?> activation;
    private final Object message;
    private @Nullable Envelope sent;
    private boolean takenBack;

    LaterMail(Activation<?> activation, Object message) {
        this.activation = activation;
        this.message = message;
    }

    /** The timer fired, which it may in the middle of the turn that set it. */
    synchronized void due() {
        if (takenBack) {
            return;
        }
        try {
            sent = Context.toItself(activation, message, Map.of());
        } catch (NotAppliedException refused) {
            if (refused.reason() == Reason.MAILBOX_FULL) {
                Activation.LOG.warn("{}: a timer's message was dropped, the mailbox is full", activation.key);
            }
        }
    }

    /** The turn that set the timer refused its message. The server's own thread, at the end of that turn. */
    synchronized void takeBack() {
        takenBack = true;
        if (sent != null) {
            activation.mail.withdraw(sent);
        }
    }
}
