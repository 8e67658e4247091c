package io.durableserver.runtime.activation;

import io.durableserver.DurableServerException;
import io.durableserver.runtime.mailbox.Envelope;
import io.durableserver.runtime.mailbox.Mailbox;
import io.durableserver.runtime.mailbox.ReplySink;
import io.durableserver.runtime.turn.Outputs;
import io.durableserver.runtime.turn.Thrown;
import java.util.ArrayList;
import java.util.List;

/** The mailbox of one server, and what becomes of the messages in it that get no turn. */
final class Mail {
    private final Mailbox mailbox;

    Mail(int capacity) {
        this.mailbox = new Mailbox(capacity);
    }

    Mailbox box() {
        return mailbox;
    }

    /** Whoever waits looks elsewhere. */
    void turnAway(String key) {
        for (Envelope left = mailbox.poll(); left != null; left = mailbox.poll()) {
            ReplySink sink = left.sink();
            if (sink != null) {
                try {
                    sink.notHere();
                } catch (RuntimeException | Error defect) {
                    Activation.LOG.error("{}: a caller could not be told to look elsewhere", key, Thrown.of(defect));
                }
            }
        }
    }

    /** Whoever waits now gets this error; who comes back because of it does not get it again. False when no caller did. */
    boolean tell(String key, DurableServerException error) {
        List<Envelope> waiting = new ArrayList<>();
        for (Envelope left = mailbox.poll(); left != null; left = mailbox.poll()) {
            waiting.add(left);
        }
        boolean told = false;
        for (Envelope left : waiting) {
            ReplySink sink = left.sink();
            if (sink != null) {
                Outputs.fail(new FailureOutput(sink, error), error);
                told = true;
            } else {
                Activation.LOG.warn("{}: a message was dropped: {}", key, error.getMessage());
            }
        }
        return told;
    }
}
