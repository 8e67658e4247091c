package io.durableserver.runtime.activation;

import io.durableserver.DurableServerException;
import io.durableserver.StopReason;

/**
 * The end of a server whose state can never be stored. Going on would acknowledge what is lost already, so it stops; and
 * who was told of a change since the last write must not find it gone without a word. So unless somebody waits and is
 * told now, the server stays, without its state, until the next message or start comes and gets the error.
 */
final class Loss {
    private Loss() {}

    static void lose(Activation<?> activation, DurableServerException error) {
        Stopping<?> stopping = activation.stopping();
        if (activation.phase == Phase.STOPPING && !(stopping.reason() instanceof StopReason.Failure)) {
            stopping.die(error); // whoever asked for the stop is told
            return;
        }
        if (activation.phase == Phase.STOPPED || activation.phase == Phase.LOST) {
            return;
        }
        Activation.LOG.error(
                "{}: the state cannot be stored; what changed since the last write is lost: {}",
                activation.key,
                error.getMessage());
        boolean told = stopping.giveUp(error);
        told |= activation.openReplies.endAll(stopping.unanswered());
        told |= activation.mail.tell(activation.key, error);
        told |= stopping.isAwaited();
        activation.phase = Phase.LOST;
        activation.release();
        if (told) {
            stopping.end(error);
        }
    }

    /** Messages came to a server that lost its state: it ends when a caller was told; a cast tells nobody. */
    static void tellMail(Activation<?> activation) {
        tell(activation, false);
    }

    /** Somebody came to a server that lost its state: with that it ends. */
    static void tell(Activation<?> activation) {
        tell(activation, true);
    }

    private static void tell(Activation<?> activation, boolean somebodyIsTold) {
        DurableServerException error = activation.stopping().finalFailure();
        if (activation.phase == Phase.LOST && error != null) {
            boolean callers = activation.mail.tell(activation.key, error);
            if (callers || somebodyIsTold) {
                activation.stopping().end(error);
            }
        }
    }
}
