package io.durableserver.runtime.wire;

import io.durableserver.Termination;
import io.durableserver.spi.Session;
import java.util.List;

/**
 * A request or an answer of the control plane. State bytes are not copied: nobody may change them; records that hold
 * them are equal by identity of the bytes.
 */
@SuppressWarnings("ArrayRecordComponent")
public sealed interface Control {
    /** Asks a node: every one of these is answered by an {@link Answer}. */
    sealed interface Request extends Control {
        /** The same with the time that whoever is asked has for it: a tenth less, but at most half a second. */
        default Request beforeTheAskerGivesUp() {
            return this;
        }
    }

    /** Ends a request. */
    sealed interface Answer extends Control {}

    private static long shorter(long nanos) {
        return nanos - Math.min(nanos / 10, 500_000_000L);
    }

    /**
     * Asks the arbiter of a key to start its server.
     *
     * @param key the server's key
     * @param type the name of its type
     * @param ensure whether a running server of the type is a success
     * @param existingOnly whether only a stored server may start
     * @param codec the name of the codec of {@code initial}
     * @param initial the dumped and encoded initial state; empty with {@code existingOnly}
     * @param initialVersion the schema version of {@code initial}
     * @param remainingNanos time left until the deadline, as of sending
     * @param chain keys of the servers that wait for this start, outermost first, at most {@link Message#MAX_CHAIN}
     */
    record StartRequest(
            String key,
            String type,
            boolean ensure,
            boolean existingOnly,
            String codec,
            byte[] initial,
            int initialVersion,
            long remainingNanos,
            List<String> chain)
            implements Request {
        public StartRequest {
            chain = Chain.bounded(chain);
        }

        /** Starts a server from its stored state only, for whoever needs it to run. */
        public static StartRequest revival(String key, String type, long remainingNanos, List<String> chain) {
            return new StartRequest(key, type, true, true, "", new byte[0], 0, remainingNanos, chain);
        }

        @Override
        public Request beforeTheAskerGivesUp() {
            return within(shorter(remainingNanos));
        }

        /** The same start with the time that is left. */
        public StartRequest within(long nanos) {
            return new StartRequest(key, type, ensure, existingOnly, codec, initial, initialVersion, nanos, chain);
        }
    }

    /** Asks the node the arbiter has chosen to activate a server; the parts are those of {@link StartRequest}. */
    record ActivateRequest(
            String key,
            String type,
            boolean ensure,
            boolean existingOnly,
            String codec,
            byte[] initial,
            int initialVersion,
            long remainingNanos,
            List<String> chain)
            implements Request {
        public ActivateRequest {
            chain = Chain.bounded(chain);
        }

        @Override
        public Request beforeTheAskerGivesUp() {
            return new ActivateRequest(
                    key, type, ensure, existingOnly, codec, initial, initialVersion, shorter(remainingNanos), chain);
        }

        /** The start this activation serves, with the time that is left. */
        public static ActivateRequest of(StartRequest start, long remainingNanos) {
            return new ActivateRequest(
                    start.key(),
                    start.type(),
                    start.ensure(),
                    start.existingOnly(),
                    start.codec(),
                    start.initial(),
                    start.initialVersion(),
                    remainingNanos,
                    start.chain());
        }
    }

    /** Asks for the end of a server; the parts are named as those of {@link StartRequest}. */
    record TerminateRequest(String key, Termination how, long remainingNanos, List<String> chain) implements Request {
        public TerminateRequest {
            chain = Chain.bounded(chain);
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
    record Started(Session session, long epoch, boolean already) implements Answer {}

    /** The termination is done; {@code stopped} says whether a server ran. */
    record Terminated(boolean stopped) implements Answer {}

    /** Whether the node serves the key, and under which epoch; 0 when it does not. */
    record Serving(boolean serving, long epoch) implements Answer {}

    /** Whether a turn was interrupted. */
    record Interrupted(boolean interrupted) implements Answer {}

    /** The request failed. */
    record Failed(WireError error) implements Answer {}
}
