package io.durableserver.runtime.call;

import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.runtime.activation.Activation;
import io.durableserver.runtime.activation.Offer;
import io.durableserver.runtime.mailbox.ReplySink;
import io.durableserver.runtime.routing.Failures;
import io.durableserver.runtime.turn.Slot;
import io.durableserver.runtime.turn.Thrown;
import io.durableserver.spi.Session;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A call that first has to find its server: locate, send, and again when the place was wrong, within the deadline. Knows
 * at each moment whether it may have been applied: only while it is with a node.
 */
final class RemoteCall extends PendingCall implements ReplySink {
    private static final long MAX_PAUSE_MILLIS = 200;

    /** What a blocked caller gets, and decodes. */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    private record Undecoded(byte[] payload) {}

    private final Calls calls;
    private final Request request;
    private int attempts;
    private @Nullable Session suspect;
    /** Where the call is now; null while it is looking. Guarded by this. */
    private @Nullable Session with;
    /** The caller has been told; the call must not be sent again. Guarded by this. */
    private boolean over;

    /** A call that has not set off; when it does not hand over, a blocked caller decodes what it ends with. */
    RemoteCall(Calls calls, Request request, Executor executor, boolean handsOver) {
        super(calls.pending(), request.deadlineNanos(), executor, handsOver);
        this.calls = calls;
        this.request = request;
    }

    /** On a thread where code of the application may run: further attempts are made on others, and send the same bytes. */
    void setOff() {
        guarded(() -> {
            request.encode(calls.outgoing());
            Session remembered = calls.routing().cached(request.key());
            if (remembered != null) {
                go(remembered);
            } else {
                look();
            }
        });
    }

    /** Whatever a step throws ends the call: nobody else would before its deadline. */
    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error thrown) {
            failure(Failures.typed(thrown));
        }
    }

    private void look() {
        if (isOver()) {
            return;
        }
        calls.routing()
                .locate(
                        request.type().name(),
                        request.key(),
                        suspect,
                        deadlineNanos,
                        request.origin().chain())
                .whenComplete((session, failure) -> {
                    if (failure != null) {
                        failure(Failures.typed(failure));
                    } else {
                        guarded(() -> go(session));
                    }
                });
    }

    private void go(Session session) {
        synchronized (this) {
            if (over) {
                return;
            }
            with = session;
        }
        if (session.equals(calls.self())) {
            goLocal();
            return;
        }
        DurableServerException refused = calls.outgoing().call(session, request, id);
        if (refused != null) {
            failure(refused);
        } else if (!calls.contains(session)) {
            lost(session);
        }
    }

    private void goLocal() {
        Activation<?> activation = calls.activations().find(request.key());
        if (activation == null) {
            notHere();
            return;
        }
        if (!activation.typeName().equals(request.type().name())) {
            failure(NotAppliedException.typeMismatch(
                    request.key(), request.type().name(), activation.typeName()));
            return;
        }
        Offer offer = activation.offer(calls.passing().call(request, this));
        if (offer == Offer.FULL) {
            failure(activation.refused(offer));
        } else if (offer == Offer.NOT_HERE) {
            notHere();
        }
    }

    /** The node the call is with does not serve the key: looks elsewhere, after a while when that happened before. */
    @Override
    public void notHere() {
        Session wrong;
        synchronized (this) {
            wrong = with;
            if (wrong == null || over) {
                return; // an answer to an attempt that is over
            }
            with = null;
            suspect = wrong;
        }
        calls.routing().forget(request.key(), wrong);
        long pause = Math.min(MAX_PAUSE_MILLIS, (1L << Math.min(attempts++, 8)) - 1);
        if (pause == 0) {
            calls.internal().execute(() -> guarded(this::look));
        } else {
            calls.schedule(Duration.ofMillis(pause), () -> guarded(this::look));
        }
    }

    /** A session is gone. */
    void lost(Session session) {
        synchronized (this) {
            if (!session.equals(with)) {
                return;
            }
        }
        failure(new OutcomeUnknownException(
                OutcomeUnknownException.Reason.OWNER_LOST, "The node that served the call is gone", request.context()));
    }

    /** A reply from another node. It is decoded where whoever waits is told, never on the transport's thread. */
    void replied(byte[] payload) {
        end(new Undecoded(payload));
    }

    @Override
    @Nullable
    Object result(@Nullable Object value) {
        return value instanceof Undecoded undecoded ? decode(undecoded.payload()) : value;
    }

    private @Nullable Object decode(byte[] payload) {
        try {
            return calls.messages().decode(payload, request.slot().replyType());
        } catch (Throwable unreadable) {
            throw new OutcomeUnknownException(
                    OutcomeUnknownException.Reason.REPLY_UNREADABLE,
                    "The reply cannot be decoded",
                    request.context(),
                    unreadable instanceof DurableServerException ? unreadable : Thrown.of(unreadable));
        }
    }

    @Override
    void expire() {
        failure(over() ? request.noReply() : request.notBegun());
    }

    @Override
    void abandon() {
        failure(over() ? request.closedMeanwhile() : request.closedBefore());
    }

    @Override
    protected void withdrawn() {
        over();
        calls.pending().ended(this);
    }

    /** Sends no more; whether the call may have been applied. */
    private synchronized boolean over() {
        over = true;
        return with != null;
    }

    // As the way back from a server on this node.

    @Override
    public boolean begin() {
        return !isOver();
    }

    @Override
    public void success(@Nullable Object value, Slot slot) {
        end(value);
    }

    @Override
    public void failure(DurableServerException error) {
        endExceptionally(error);
    }
}
