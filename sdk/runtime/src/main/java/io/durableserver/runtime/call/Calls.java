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
import io.durableserver.runtime.mailbox.Envelope;
import io.durableserver.runtime.routing.Failures;
import io.durableserver.runtime.routing.Routing;
import io.durableserver.runtime.turn.Gated;
import io.durableserver.runtime.turn.NodeFuture;
import io.durableserver.runtime.turn.RegisteredType;
import io.durableserver.runtime.turn.Slot;
import io.durableserver.runtime.turn.Turn;
import io.durableserver.runtime.wire.Message;
import io.durableserver.runtime.wire.WireFormat;
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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jctools.maps.NonBlockingHashMapLong;
import org.jspecify.annotations.Nullable;

/** Sends calls and casts, and brings the replies back. */
public final class Calls {
    private final Activations activations;
    private final Routing routing;
    private final Membership membership;
    private final Transport transport;
    private final Scheduler scheduler;
    private final TimeSource time;
    private final Codec messages;
    private final int maxMessageBytes;
    private final long defaultTimeoutNanos;
    private final Deadlines deadlines;
    private final NonBlockingHashMapLong<RemoteCall> remote = new NonBlockingHashMapLong<>();
    private final AtomicLong ids = new AtomicLong();
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
            Duration defaultTimeout) {
        this.activations = activations;
        this.routing = routing;
        this.membership = membership;
        this.transport = transport;
        this.scheduler = scheduler;
        this.time = time;
        this.messages = messages;
        this.maxMessageBytes = limits.messageBytes();
        this.defaultTimeoutNanos = defaultTimeout.toNanos();
        this.casts = new Casts(this);
        this.deadlines = new Deadlines(scheduler, time, limits.pendingCalls());
    }

    // Sending.

    private Request request(
            RegisteredType<?> type, String key, Call<?> call, CallOptions options, @Nullable Turn turn) {
        Slot slot = type.table().sent(call.getClass());
        if (slot == null || !slot.isCall()) {
            throw unregistered(type, call);
        }
        List<String> chain = turn == null ? List.of() : turn.chain();
        checkRing(key, chain);
        long timeout = options.timeout().map(Duration::toNanos).orElse(defaultTimeoutNanos);
        return new Request(type, key, slot, call, chain, options.requestId().orElse(""), time.nanoTime() + timeout);
    }

    /** Throws {@code CALL_RING}, naming the servers that wait for each other. */
    static void checkRing(String key, List<String> chain) {
        if (chain.contains(key) || chain.size() >= Turn.MAX_CHAIN) {
            throw new NotAppliedException(
                    Reason.CALL_RING,
                    chain.contains(key)
                            ? "Servers wait for each other in a ring"
                            : "Too many servers wait for each other",
                    Map.of("ring", String.join(" -> ", chain) + " -> " + key, "bound", Turn.MAX_CHAIN));
        }
    }

    static ConfigurationException unregistered(RegisteredType<?> type, Object message) {
        return new ConfigurationException(
                ConfigurationException.Reason.UNREGISTERED_MESSAGE,
                "The server type does not handle this message class",
                Map.of("type", type.name(), "message", message.getClass().getName()));
    }

    /** Calls and waits on this thread. */
    @Nullable
    Object call(RegisteredType<?> type, String key, Call<?> call, CallOptions options) {
        Turn turn = Turn.current();
        Request request = request(type, key, call, options, turn);
        if (!scheduler.canBlock()) {
            throw ConfigurationException.option("call", "blocking", "only asynchronous calls in a simulation");
        }
        if (turn != null) {
            turn.owner().awaitGate(request.deadlineNanos());
        }
        Activation<?> activation = local(type, key);
        if (activation == null) {
            return await(request);
        }
        WaitingCall waiting = new WaitingCall(time, request.deadlineNanos());
        Envelope envelope = request.envelope(waiting);
        if (turn != null || !activation.tryInline(envelope)) {
            Activation.Offer offer = activation.offer(envelope);
            if (offer == Activation.Offer.FULL) {
                throw activation.refused(offer);
            }
            if (offer == Activation.Offer.NOT_HERE) {
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
        RemoteCall call = route(request, false);
        try {
            // The sweep ends the call at its deadline with the right error; this wait is only the backstop.
            Object value = call.get(request.deadlineNanos() - time.nanoTime() + 1_000_000_000L, TimeUnit.NANOSECONDS);
            return call.decoded(value);
        } catch (ExecutionException e) {
            throw Failures.forCaller(Failures.typed(e));
        } catch (TimeoutException e) {
            ended(call);
            throw new OutcomeUnknownException(
                    OutcomeUnknownException.Reason.DEADLINE,
                    "The deadline passed before the reply",
                    request.context(),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            ended(call);
            throw new OutcomeUnknownException(
                    OutcomeUnknownException.Reason.INTERRUPTED,
                    "The thread was interrupted while it waited",
                    request.context(),
                    e);
        }
    }

    /** Calls without waiting. */
    CompletionStage<@Nullable Object> callAsync(RegisteredType<?> type, String key, Call<?> call, CallOptions options) {
        Turn turn = Turn.current();
        try {
            Request request = request(type, key, call, options, turn);
            if (turn == null) {
                return send(request);
            }
            return NodeFuture.of(executor(), Gated.send(() -> send(request)));
        } catch (DurableServerException refused) {
            return NodeFuture.of(executor(), CompletableFuture.failedFuture(refused));
        }
    }

    private CompletionStage<@Nullable Object> send(Request request) {
        Activation<?> activation = local(request.type(), request.key());
        if (activation == null) {
            return route(request, true);
        }
        LocalCall call = new LocalCall(this, request);
        deadlines.add(call);
        Activation.Offer offer = activation.offer(request.envelope(call));
        if (offer == Activation.Offer.FULL) {
            call.failure(activation.refused(offer));
        } else if (offer == Activation.Offer.NOT_HERE) {
            call.notHere();
        }
        return call;
    }

    CompletionStage<@Nullable Object> route(Request request) {
        return route(request, true);
    }

    private RemoteCall route(Request request, boolean handOver) {
        RemoteCall call = new RemoteCall(this, request, ids.incrementAndGet(), handOver);
        deadlines.add(call);
        remote.put(call.id, call);
        call.setOff();
        return call;
    }

    byte[] encode(Object value, Class<?> type, String key) {
        byte[] bytes = messages.encode(value, type);
        if (bytes.length > maxMessageBytes) {
            throw new NotAppliedException(
                    Reason.MESSAGE_TOO_LARGE,
                    "The encoded message is over its limit",
                    Map.of(
                            "key",
                            key,
                            "message",
                            type.getName(),
                            "option",
                            "limits.messageBytes",
                            "value",
                            bytes.length,
                            "bound",
                            maxMessageBytes));
        }
        return bytes;
    }

    /** Sends a call to another node; an error when nothing was sent. */
    @Nullable
    DurableServerException send(Session session, Request request, long id) {
        try {
            byte[] payload = encode(request.message(), request.message().getClass(), request.key());
            byte[] bytes = WireFormat.encode(new Message.CallMessage(
                    id,
                    request.key(),
                    request.type().name(),
                    request.slot().wireName(),
                    payload,
                    request.deadlineNanos() - time.nanoTime(),
                    request.chain(),
                    request.requestId(),
                    Map.of()));
            return transport.send(session, bytes)
                    ? null
                    : new NotAppliedException(
                            Reason.OVERLOADED, "The queue to the owner is full", Map.of("owner", session));
        } catch (DurableServerException refused) {
            return refused;
        }
    }

    // Replies.

    /** An answer arrived from another node. */
    public void onReply(Message message) {
        if (message instanceof Message.ReplyMessage reply) {
            RemoteCall call = remote.get(reply.id());
            if (call != null) {
                call.replied(reply.payload());
            }
        } else if (message instanceof Message.ErrorMessage error) {
            RemoteCall call = remote.get(error.id());
            if (call != null) {
                call.refused(error.error().toException());
            }
        } else if (message instanceof Message.NotHereMessage notHere) {
            RemoteCall call = remote.get(notHere.id());
            if (call != null) {
                call.notHere();
            }
        }
    }

    /** A session is gone: the calls that are with it end with an unknown outcome. */
    public void onLost(Session session) {
        remote.values().forEach(call -> call.lost(session));
    }

    void ended(RemoteCall call) {
        remote.remove(call.id);
        deadlines.remove(call);
    }

    void failed(RemoteCall call, DurableServerException error) {
        ended(call);
        call.endExceptionally(error);
    }

    // What calls use.

    Casts casts() {
        return casts;
    }

    Deadlines deadlines() {
        return deadlines;
    }

    Executor executor() {
        return scheduler.internal();
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

    Transport transport() {
        return transport;
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

    /** The node is closed: what waits ends, and nothing waits from now on. */
    public void close() {
        deadlines.close();
    }

    /** How many calls of this node wait for a reply. */
    public int pending() {
        return deadlines.size();
    }
}
