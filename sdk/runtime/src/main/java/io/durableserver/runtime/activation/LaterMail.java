package io.durableserver.runtime.activation;

import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.runtime.mailbox.Envelope;
import io.durableserver.runtime.server.ServerLog;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A message that a server sends itself by a timer, until it is in the mailbox or taken back. Thread-safe. */
final class LaterMail {
    private final Mail mail;
    private final String key;
    private final Object message;
    private @Nullable Envelope sent;
    private boolean takenBack;

    LaterMail(Mail mail, String key, Object message) {
        this.mail = mail;
        this.key = key;
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
                ServerLog.LOG.warn("{}: a timer's message was dropped, the mailbox is full", key);
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
