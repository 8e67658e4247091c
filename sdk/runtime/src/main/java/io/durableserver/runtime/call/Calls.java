package io.durableserver.runtime.call;

import io.durableserver.Call;
import io.durableserver.CallOptions;
import io.durableserver.Codec;
import io.durableserver.DurableServerException;
import io.durableserver.config.Limits;
import io.durableserver.runtime.activation.Activation;
import io.durableserver.runtime.activation.Activations;
import io.durableserver.runtime.events.Facts;
import io.durableserver.runtime.events.HotPath;
import io.durableserver.runtime.mailbox.Envelope;
import io.durableserver.runtime.routing.Failures;
import io.durableserver.runtime.routing.Routing;
import io.durableserver.runtime.turn.Blocking;
import io.durableserver.runtime.turn.Gated;
import io.durableserver.runtime.turn.NodeFuture;
import io.durableserver.runtime.turn.RegisteredType;
import io.durableserver.runtime.turn.Rings;
import io.durableserver.runtime.turn.TestMode;
import io.durableserver.runtime.turn.Turn;
import io.durableserver.runtime.type.Slot;
import io.durableserver.runtime.wire.Headers;
import io.durableserver.runtime.wire.Origin;
import io.durableserver.runtime.wire.RequestTag;
import io.durableserver.spi.Membership;
import io.durableserver.spi.Scheduler;
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
import org.jspecify.annotations.Nullable;

/** Sends calls and casts to where their servers are. */
public final class Calls {
    private static final int YIELDS = 4;

    private final Way way;
    private final Scheduler scheduler;
    private final TimeSource time;
    private final long defaultTimeoutNanos;
    private final boolean virtualTime;
    private final Casts casts;
    private final RequestIds ids = new RequestIds();

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
            TestMode testMode,
            Facts facts) {
        Payloads payloads = new Payloads(messages, limits.messageBytes());
        this.way = new Way(
                new Delivery(activations),
                routing,
                membership,
                scheduler,
                time,
                payloads,
                new Outgoing(new DataPlane(transport, facts), payloads, time),
                new Passing(testMode.encodesLocally(), payloads),
                new PendingCalls(
                        scheduler, time, limits.pendingCalls(), Map.of("node", membership.self(), "prefix", prefix)),
                facts);
        this.scheduler = scheduler;
        this.time = time;
        this.defaultTimeoutNanos = defaultTimeout.toNanos();
        this.virtualTime = testMode.virtualTime();
        this.casts = new Casts(way, scheduler.turnStages(), time, defaultTimeout);
    }

    private Origin origin(String key, CallOptions options, Map<String, String> own, @Nullable Turn turn) {
        List<String> chain = turn == null ? List.of() : turn.chain();
        Rings.check(key, chain);
        long timeout = options.timeout().map(Duration::toNanos).orElse(defaultTimeoutNanos);
        Map<String, String> headers = turn == null ? own : Headers.merged(turn.headers(), own);
        return new Origin(chain, time.nanoTime() + timeout, RequestTag.NONE, headers);
    }

    /** Calls and waits on this thread. */
    @Nullable
    Object call(RegisteredType<?> type, String key, Call<?> call, CallOptions options, Map<String, String> headers) {
        HotPath hot = way.facts().hot();
        if (hot == null) {
            return unmeasured(type, key, call, options, headers);
        }
        boolean remote = way.delivery().find(key, type.name()) == null;
        long began = MeasuredCall.begin(time);
        Object reply;
        try {
            reply = unmeasured(type, key, call, options, headers);
        } catch (Throwable error) {
            MeasuredCall.ended(hot, time, type.index(), remote, error, began);
            throw error;
        }
        MeasuredCall.ended(hot, time, type.index(), remote, null, began);
        return reply;
    }

    private @Nullable Object unmeasured(
            RegisteredType<?> type, String key, Call<?> call, CallOptions options, Map<String, String> headers) {
        Turn turn = Turn.current();
        Slot slot = Sent.slot(type, call, true);
        Origin origin = origin(key, options, headers, turn);
        Blocking.allowed(scheduler, "call", key);
        if (turn != null) {
            turn.owner().awaitGate(origin.deadlineNanos() - time.nanoTime());
        }
        if (isMore(options)) {
            Request request = tagged(new Request(type, key, slot, call, origin), options);
            return await(request, sendMore(request, options, scheduler.application()));
        }
        Activation<?> activation = virtualTime ? null : way.delivery().find(key, type.name());
        if (activation == null) {
            return await(new Request(type, key, slot, call, origin));
        }
        WaitingCall waiting = new WaitingCall(time, origin.deadlineNanos());
        Envelope envelope = way.passing().encodes()
                ? way.passing().call(new Request(type, key, slot, call, origin), waiting)
                : new Envelope(slot, call, waiting, origin);
        if (turn != null || !type.type().isInPlace() || !activation.tryInline(envelope)) {
            Delivery.tell(Delivery.offer(activation, envelope), waiting);
        }
        return switch (waiting.await()) {
            case VALUE -> waiting.value();
            case ERROR -> throw Failures.forCaller(Objects.requireNonNull(waiting.error()));
            case NOT_HERE -> reroute(new Request(type, key, slot, call, origin));
            case NOT_BEGUN -> throw Request.notBegun(key, slot);
            case UNKNOWN -> throw Request.noReply(key, slot);
            case INTERRUPTED -> throw Request.interrupted(key, slot, null);
        };
    }

    private @Nullable Object reroute(Request request) {
        way.rerouted(request, false);
        return await(request);
    }

    /** Whether a call has a request id or may be sent more than once. */
    private static boolean isMore(CallOptions options) {
        return options.retries() || options.requestId().isPresent();
    }

    /** The request with its id, if it has one; its bytes are made here. Queries change nothing, and are not known again. */
    private Request tagged(Request request, CallOptions options) {
        boolean isKept = request.slot().kind() != Slot.Kind.QUERY;
        if (isKept && options.isExactlyOnce()) {
            // Nobody but the library sends it again, and not after its deadline: up to then it is kept anyway.
            request.tag(ids.next(), 1, way.payloads());
        } else if (isKept && options.requestId().isPresent()) {
            long keep = options.keep().map(Duration::toNanos).orElse(0L);
            request.tag(options.requestId().get(), keep, way.payloads());
        } else {
            request.encode(way.payloads());
        }
        return request;
    }

    private PendingCall sendMore(Request request, CallOptions options, Executor executor) {
        if (options.retries()) {
            return RetriedCall.send(way, request, executor);
        }
        RemoteCall call = RemoteCall.waiting(way, request, executor, true);
        call.setOff();
        return call;
    }

    private @Nullable Object await(Request request) {
        RemoteCall call = RemoteCall.waiting(way, request, scheduler.application(), false);
        call.setOff();
        if (way.pending().isCrowd()) {
            letOthersRun(call);
        }
        return call.result(await(request, call));
    }

    private @Nullable Object await(Request request, PendingCall call) {
        try {
            // The sweep ends the call at its deadline with the right error; this wait is only the backstop.
            return call.get(request.deadlineNanos() - time.nanoTime() + 1_000_000_000L, TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw Failures.forCaller(Failures.typed(e));
        } catch (TimeoutException e) {
            call.withdrawn();
            throw Request.noReply(request.key(), request.slot());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            call.withdrawn();
            throw Request.interrupted(request.key(), request.slot(), e);
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
        HotPath hot = way.facts().hot();
        if (hot == null) {
            return unmeasuredAsync(type, key, call, options, headers);
        }
        boolean remote = way.delivery().find(key, type.name()) == null;
        long began = MeasuredCall.begin(time);
        CompletionStage<@Nullable Object> stage = unmeasuredAsync(type, key, call, options, headers);
        stage.whenComplete((reply, failure) -> MeasuredCall.ended(hot, time, type.index(), remote, failure, began));
        return stage;
    }

    private CompletionStage<@Nullable Object> unmeasuredAsync(
            RegisteredType<?> type, String key, Call<?> call, CallOptions options, Map<String, String> headers) {
        Turn turn = Turn.current();
        Executor executor = turn == null ? scheduler.application() : turn.stages(scheduler.turnStages());
        try {
            Slot slot = Sent.slot(type, call, true);
            Request request = new Request(type, key, slot, call, origin(key, options, headers, turn));
            if (isMore(options)) {
                tagged(request, options);
                return turn == null
                        ? sendMore(request, options, executor)
                        : NodeFuture.of(executor, Gated.send(() -> sendMore(request, options, executor)));
            }
            if (turn == null) {
                return send(request, executor, true);
            }
            if (way.passing().encodes() || way.delivery().find(key, type.name()) == null) {
                request.encode(way.payloads());
            }
            return NodeFuture.of(executor, Gated.send(() -> send(request, executor, request.isEncoded())));
        } catch (DurableServerException refused) {
            return NodeFuture.of(executor, CompletableFuture.failedFuture(refused));
        }
    }

    /** Sends; {@code here} when it may be encoded on this thread, or has been. */
    private CompletionStage<@Nullable Object> send(Request request, Executor executor, boolean here) {
        Activation<?> activation =
                way.delivery().find(request.key(), request.type().name());
        if (activation == null && here) {
            RemoteCall call = RemoteCall.waiting(way, request, executor, true);
            call.setOff();
            return call;
        }
        if (activation == null) {
            return RemoteCall.route(way, request, executor);
        }
        LocalCall call = new LocalCall(way, request, executor);
        Envelope envelope = way.passing().call(request, call);
        way.pending().add(call);
        Delivery.tell(Delivery.offer(activation, envelope), call);
        return call;
    }

    Casts casts() {
        return casts;
    }

    /** How many places of servers are remembered, roughly. */
    public long locations() {
        return way.routing().locations();
    }

    /** The calls of this node that wait for a reply. */
    public PendingCalls pending() {
        return way.pending();
    }
}
