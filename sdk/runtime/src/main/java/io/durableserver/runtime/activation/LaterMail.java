package io.durableserver.runtime.activation;

import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.runtime.mailbox.Envelope;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A message that a server sends itself by a timer, until it is in the mailbox or taken back. Thread-safe. */
final class LaterMail {
    private final Mail mail;
    private final Object message;
    private @Nullable Envelope sent;
    private boolean takenBack;

    LaterMail(Mail mail, Object message) {
        this.mail = mail;
        this.message = message;
    }

    /** The timer fired, which it may in the middle of the turn that set it. */
    synchronized void due() {
        if (takenBack) {
            return;
        }
        try {
            sent = mail.toItself(message, Map.of());
        } catch (NotAppliedException refused) {
            if (refused.reason() == Reason.MAILBOX_FULL) {
                mail.timerDropped(message);
            }
        }
    }

    /** The turn that set the timer refused its message. The server's own thread, at the end of that turn. */
    synchronized void takeBack() {
        takenBack = true;
        if (sent != null) {
            mail.withdraw(sent);
        }
    }
}
