package io.durableserver.runtime.call;

import io.durableserver.Call;
import io.durableserver.CallOptions;
import io.durableserver.Codec;
import io.durableserver.ConfigurationException;
import io.durableserver.DurableServerException;
import io.durableserver.Limits;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.runtime.activation.Activation;
import io.durableserver.runtime.activation.Activations;
import io.durableserver.runtime.activation.Offer;
import io.durableserver.runtime.mailbox.Envelope;
import io.durableserver.runtime.routing.Failures;
import io.durableserver.runtime.routing.Routing;
import io.durableserver.runtime.turn.Blocking;
import io.durableserver.runtime.turn.Gated;
import io.durableserver.runtime.turn.NodeFuture;
import io.durableserver.runtime.turn.RegisteredType;
import io.durableserver.runtime.turn.Rings;
import io.durableserver.runtime.turn.Slot;
import io.durableserver.runtime.turn.TestMode;
import io.durableserver.runtime.turn.Turn;
import io.durableserver.runtime.wire.Headers;
import io.durableserver.runtime.wire.Origin;
import io.durableserver.spi.Membership;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.Session;
import io.durableserver.spi.TimeSource;
import io.durableserver.spi.Transport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Sends calls and casts to where their servers are. */
public final class Calls {
    private static final int YIELDS = 4;

    private final Activations activations;
    private final Routing routing;
    private final Membership membership;
    private final Scheduler scheduler;
    private final TimeSource time;
    private final Codec messages;
    private final long defaultTimeoutNanos;
    private final Outgoing outgoing;
    private final Passing passing;
    private final boolean virtualTime;
    private final PendingCalls pending;
    private final Casts casts;

    /** Joins the rooms a call passes; the limits bound the size of a message and the calls that wait. */
    public Calls(
            Activations activations,
            Routing routing,
            Membership membership,
            Transport transport,
            Scheduler scheduler,
            TimeSource time,
            Codec messages,
            Limits limits,
            Duration defaultTimeout,
            String prefix,
            TestMode testMode) {
        this.activations = activations;
        this.routing = routing;
        this.membership = membership;
        this.scheduler = scheduler;
        this.time = time;
        this.messages = messages;
        this.defaultTimeoutNanos = defaultTimeout.toNanos();
        this.outgoing = new Outgoing(transport, messages, limits.messageBytes(), time);
        this.passing = new Passing(testMode.encodesLocally(), outgoing, messages, limits.messageBytes());
        this.virtualTime = testMode.virtualTime();
        this.pending = new PendingCalls(
                scheduler, time, limits.pendingCalls(), Map.of("node", membership.self(), "prefix", prefix));
        this.casts = new Casts(this);
    }

    private Request request(
            RegisteredType<?> type,
            String key,
            Call<?> call,
            CallOptions options,
            Map<String, String> own,
            @Nullable Turn turn) {
        Slot slot = type.table().sent(call.getClass());
        if (slot == null || !slot.isCall()) {
            throw unregistered(type, call);
        }
        List<String> chain = turn == null ? List.of() : turn.chain();
        Rings.check(key, chain);
        long timeout = options.timeout().map(Duration::toNanos).orElse(defaultTimeoutNanos);
        Map<String, String> headers = turn == null ? own : Headers.merged(turn.headers(), own);
        return new Request(type, key, slot, call, new Origin(chain, time.nanoTime() + timeout, "", headers));
    }

    static ConfigurationException unregistered(RegisteredType<?> type, Object message) {
        return new ConfigurationException(
                ConfigurationException.Reason.UNREGISTERED_MESSAGE,
                "The server type does not handle this message class",
                Map.of("type", type.name(), "message", message.getClass().getName()));
    }

    /** Calls and waits on this thread. */
    @Nullable
    Object call(RegisteredType<?> type, String key, Call<?> call, CallOptions options, Map<String, String> headers) {
        Turn turn = Turn.current();
        Request request = request(type, key, call, options, headers, turn);
        Blocking.allowed(scheduler, "call", key);
        if (turn != null) {
            turn.owner().awaitGate(request.deadlineNanos() - time.nanoTime());
        }
        Activation<?> activation = virtualTime ? null : local(type, key);
        if (activation == null) {
            return await(request);
        }
        WaitingCall waiting = new WaitingCall(time, request.deadlineNanos());
        Envelope envelope = passing.call(request, waiting);
        if (turn != null || !type.type().isInPlace() || !activation.tryInline(envelope)) {
            Offer offer = activation.offer(envelope);
            if (offer == Offer.FULL) {
                throw activation.refused(offer);
            }
            if (offer == Offer.NOT_HERE) {
                return await(request);
            }
        }
        return switch (waiting.await()) {
            case VALUE -> waiting.value();
            case ERROR -> throw Failures.forCaller(Objects.requireNonNull(waiting.error()));
            case NOT_HERE -> await(request);
            case NOT_BEGUN ->
                throw new NotAppliedException(
                        Reason.DEADLINE_BEFORE_START, "The deadline passed before the call began", request.context());
            case UNKNOWN ->
                throw new OutcomeUnknownException(
                        OutcomeUnknownException.Reason.DEADLINE,
                        "The deadline passed before the reply",
                        request.context());
            case INTERRUPTED ->
                throw new OutcomeUnknownException(
                        OutcomeUnknownException.Reason.INTERRUPTED,
                        "The thread was interrupted while it waited",
                        request.context());
        };
    }

    @Nullable
    Activation<?> local(RegisteredType<?> type, String key) {
        Activation<?> activation = activations.find(key);
        return activation != null && activation.typeName().equals(type.name()) ? activation : null;
    }

    private @Nullable Object await(Request request) {
        RemoteCall call = waiting(request, scheduler.application(), false);
        call.setOff();
        if (pending.isCrowd()) {
            letOthersRun(call);
        }
        try {
            // The sweep ends the call at its deadline with the right error; this wait is only the backstop.
            Object value = call.get(request.deadlineNanos() - time.nanoTime() + 1_000_000_000L, TimeUnit.NANOSECONDS);
            return call.result(value);
        } catch (ExecutionException e) {
            throw Failures.forCaller(Failures.typed(e));
        } catch (TimeoutException e) {
            call.withdrawn();
            throw new OutcomeUnknownException(
                    OutcomeUnknownException.Reason.DEADLINE,
                    "The deadline passed before the reply",
                    request.context(),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            call.withdrawn();
            throw new OutcomeUnknownException(
                    OutcomeUnknownException.Reason.INTERRUPTED,
                    "The thread was interrupted while it waited",
                    request.context(),
                    e);
        }
    }

    /**
     * Gives up the processor a few times before the thread parks: what sends and what receives then does so for many at a
     * time, and the reply often comes meanwhile, which saves the wake-up.
     */
    @SuppressWarnings("ThreadPriorityCheck") // only a hint; whoever calls waits after it
    private static void letOthersRun(RemoteCall call) {
        for (int i = 0; i < YIELDS && !call.isDone(); i++) {
            Thread.yield();
        }
    }

    /**
     * Calls without waiting. In a turn, one for another node is encoded here, on the thread of whoever makes it: when it
     * leaves, that may be one of the runtime's.
     */
    CompletionStage<@Nullable Object> callAsync(
            RegisteredType<?> type, String key, Call<?> call, CallOptions options, Map<String, String> headers) {
        Turn turn = Turn.current();
        Executor executor = turn == null ? scheduler.application() : scheduler.turnStages();
        try {
            Request request = request(type, key, call, options, headers, turn);
            if (turn == null) {
                return send(request, executor, true);
            }
            if (passing.encodes() || local(type, key) == null) {
                request.encode(outgoing);
            }
            return NodeFuture.of(executor, Gated.send(() -> send(request, executor, request.isEncoded())));
        } catch (DurableServerException refused) {
            return NodeFuture.of(executor, CompletableFuture.failedFuture(refused));
        }
    }

    /** Sends; {@code here} when it may be encoded on this thread, or has been. */
    private CompletionStage<@Nullable Object> send(Request request, Executor executor, boolean here) {
        Activation<?> activation = local(request.type(), request.key());
        if (activation == null && here) {
            RemoteCall call = waiting(request, executor, true);
            call.setOff();
            return call;
        }
        if (activation == null) {
            return route(request, executor);
        }
        LocalCall call = new LocalCall(this, request, executor);
        Envelope envelope = passing.call(request, call);
        pending.add(call);
        Offer offer = activation.offer(envelope);
        if (offer == Offer.FULL) {
            call.failure(activation.refused(offer));
        } else if (offer == Offer.NOT_HERE) {
            call.notHere();
        }
        return call;
    }

    /** Looks elsewhere for a server that was here, on any thread; what has to be encoded is, where the caller's stages run. */
    CompletionStage<@Nullable Object> route(Request request, Executor executor) {
        RemoteCall call = waiting(request, executor, true);
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

    private RemoteCall waiting(Request request, Executor executor, boolean handsOver) {
        RemoteCall call = new RemoteCall(this, request, executor, handsOver);
        pending.add(call);
        return call;
    }

    // What calls use.

    Casts casts() {
        return casts;
    }

    Passing passing() {
        return passing;
    }

    Outgoing outgoing() {
        return outgoing;
    }

    /** The calls of this node that wait for a reply. */
    public PendingCalls pending() {
        return pending;
    }

    Executor internal() {
        return scheduler.internal();
    }

    Executor turnStages() {
        return scheduler.turnStages();
    }

    void schedule(Duration delay, Runnable task) {
        scheduler.schedule(delay, task);
    }

    Routing routing() {
        return routing;
    }

    Activations activations() {
        return activations;
    }

    long defaultDeadline() {
        return time.nanoTime() + defaultTimeoutNanos;
    }

    Codec messages() {
        return messages;
    }

    Session self() {
        return membership.self();
    }

    boolean contains(Session session) {
        return membership.view().contains(session);
    }
}
