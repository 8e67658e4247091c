package io.durableserver.runtime.call;

import io.durableserver.DurableServerException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.runtime.mailbox.EncodedReply;
import io.durableserver.runtime.mailbox.ReplySink;
import io.durableserver.runtime.routing.Failures;
import io.durableserver.runtime.type.Slot;
import io.durableserver.runtime.wire.Message;
import io.durableserver.spi.Session;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
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

    private final Way way;
    private final Request request;
    private int attempts;
    private @Nullable Session suspect;
    /** Where the call is now; null while it is looking. Guarded by this. */
    private @Nullable Session with;
    /** The caller has been told; the call must not be sent again. Guarded by this. */
    private boolean over;

    /** A call that has not set off; when it does not hand over, a blocked caller decodes what it ends with. */
    private RemoteCall(Way way, Request request, Executor executor, boolean handsOver) {
        super(way.pending(), request.deadlineNanos(), executor, handsOver);
        this.way = way;
        this.request = request;
    }

    /** One that waits from now on; throws {@code OVERLOADED} when too many do. */
    static RemoteCall waiting(Way way, Request request, Executor executor, boolean handsOver) {
        RemoteCall call = new RemoteCall(way, request, executor, handsOver);
        way.pending().add(call);
        return call;
    }

    /**
     * Looks elsewhere for a server that was here, on any thread; what has to be encoded is, where the caller's stages run.
     */
    static RemoteCall route(Way way, Request request, Executor executor) {
        RemoteCall call = waiting(way, request, executor, true);
        if (request.isEncoded()) {
            call.setOff();
            return call;
        }
        try {
            executor.execute(call::setOff);
        } catch (RejectedExecutionException closed) {
            call.abandon();
        }
        return call;
    }

    /** On a thread where code of the application may run: further attempts are made on others, and send the same bytes. */
    void setOff() {
        guarded(() -> {
            request.encode(way.payloads());
            Session remembered = way.routing().cached(request.key());
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
        way.routing()
                .locate(request.type().name(), request.key(), suspect, request.origin())
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
        if (session.equals(way.membership().self())) {
            Delivery.tell(
                    way.delivery()
                            .deliver(
                                    request.key(),
                                    request.type().name(),
                                    () -> way.passing().call(request, this)),
                    this);
            return;
        }
        DurableServerException refused = way.outgoing().call(session, request, id);
        if (refused != null) {
            failure(refused);
        } else if (!way.membership().view().contains(session)) {
            lost(session);
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
        way.rerouted(request, !wrong.equals(way.membership().self()));
        way.routing().forget(request.key(), wrong);
        long pause = Math.min(MAX_PAUSE_MILLIS, (1L << Math.min(attempts++, 8)) - 1);
        if (pause == 0) {
            way.scheduler().internal().execute(() -> guarded(this::look));
        } else {
            way.scheduler().schedule(Duration.ofMillis(pause), () -> guarded(this::look));
        }
    }

    @Override
    void lost(Session session) {
        synchronized (this) {
            if (!session.equals(with)) {
                return;
            }
        }
        failure(new OutcomeUnknownException(
                OutcomeUnknownException.Reason.OWNER_LOST, "The node that served the call is gone", request.context()));
    }

    /** A reply is decoded where whoever waits is told, never on the transport's thread. */
    @Override
    void answered(Message answer) {
        if (answer instanceof Message.ReplyMessage reply) {
            end(new Undecoded(reply.payload()));
        } else if (answer instanceof Message.ErrorMessage error) {
            failure(error.error().toException());
        } else if (answer instanceof Message.NotHereMessage) {
            notHere();
        }
    }

    @Override
    @Nullable
    Object result(@Nullable Object value) {
        return value instanceof Undecoded undecoded
                ? way.payloads().decodeReply(request.slot(), undecoded.payload(), request.key())
                : value;
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
        way.pending().ended(this);
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

    /** With a request id the server keeps the reply as bytes. */
    @Override
    public @Nullable Object prepared(@Nullable Object value, Slot slot) {
        return request.origin().request().isNone() ? value : way.payloads().prepared(value, slot, request.key());
    }

    @Override
    public void success(@Nullable Object value, Slot slot) {
        if (value instanceof EncodedReply reply) {
            end(new Undecoded(reply.payload()));
        } else if (value instanceof OutcomeUnknownException unreadable) {
            failure(unreadable);
        } else {
            end(value);
        }
    }

    @Override
    public void failure(DurableServerException error) {
        endExceptionally(error);
    }
}
