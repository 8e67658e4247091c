package io.durableserver.runtime.wire;

import io.durableserver.Termination;
import io.durableserver.spi.Session;

/** A request or an answer of the control plane. */
public sealed interface Control {
    /** Asks a node: every one of these is answered by an {@link Answer}. */
    sealed interface Request extends Control {
        /** The same with the time that the asked node has for it: a tenth less, but at most half a second. */
        default Request beforeTheAskerGivesUp() {
            return this;
        }
    }

    /** Ends a request. */
    sealed interface Answer extends Control {}

    /** Ends a start: there is a server now, or another node has it. */
    sealed interface Placed extends Answer {}

    /** What is left of the time when an answer has to be back before the asking node gives up. */
    private static Origin shorter(Origin origin) {
        long left = origin.deadlineNanos();
        return origin.until(left - Math.min(left / 10, 500_000_000L));
    }

    private static Start shorter(Start start) {
        return start.until(shorter(start.origin()).deadlineNanos());
    }

    /** Asks the arbiter of a key to start its server; with the time left as of sending. */
    record StartRequest(Start start) implements Request {
        @Override
        public Request beforeTheAskerGivesUp() {
            return new StartRequest(shorter(start));
        }
    }

    /** Asks the node the arbiter has chosen to start the server itself; with the time left as of sending. */
    record ActivateRequest(Start start) implements Request {
        @Override
        public Request beforeTheAskerGivesUp() {
            return new ActivateRequest(shorter(start));
        }
    }

    /**
     * Asks for the end of a server.
     *
     * @param origin the callers that wait for it, with the time left as of sending
     */
    record TerminateRequest(String key, Termination how, Origin origin) implements Request {
        @Override
        public Request beforeTheAskerGivesUp() {
            return new TerminateRequest(key, how, shorter(origin));
        }
    }

    /** Asks whether the node serves a key. */
    record ServingRequest(String key) implements Request {}

    /** Asks to interrupt the turn that runs. */
    record InterruptRequest(String key) implements Request {}

    /**
     * The server runs.
     *
     * @param session where
     * @param epoch under which ownership epoch
     * @param already whether it ran before the request
     */
    record Started(Session session, long epoch, boolean already) implements Placed {
        /** The same for a caller that did not bring it about. */
        public Started joined() {
            return new Started(session, epoch, true);
        }
    }

    /** Another session owns the key, and has to be asked. */
    record Elsewhere(Session session) implements Placed {}

    /** The termination is done; {@code stopped} says whether a server ran. */
    record Terminated(boolean stopped) implements Answer {}

    /** Whether the node serves the key. */
    record Serving(boolean serving) implements Answer {}

    /** Whether a turn was interrupted. */
    record Interrupted(boolean interrupted) implements Answer {}

    /** The request failed. */
    record Failed(WireError error) implements Answer {}
}
