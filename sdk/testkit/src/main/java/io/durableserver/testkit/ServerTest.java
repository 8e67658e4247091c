package io.durableserver.testkit;

import io.durableserver.Call;
import io.durableserver.Cast;
import io.durableserver.ConfigurationException;
import io.durableserver.DurableServerException;
import io.durableserver.Init;
import io.durableserver.Next;
import io.durableserver.NotAppliedException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.RejectedException;
import io.durableserver.Reply;
import io.durableserver.ReplyTo;
import io.durableserver.ServerType;
import io.durableserver.StopReason;
import io.durableserver.runtime.turn.Carried;
import io.durableserver.runtime.turn.UserCode;
import io.durableserver.runtime.turn.UserFailure;
import io.durableserver.runtime.type.Slot;
import io.durableserver.runtime.wire.Headers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One server without a cluster: its turns run on the thread of the test, one message at a time, and what they decide is
 * there to be looked at. Messages, replies and states are encoded and decoded as between nodes and in the store; errors
 * are what a caller would see. {@code init} runs before the first message, as it does on a node.
 *
 * <pre>{@code
 * ServerTest<Cart.State> cart = ServerTest.of(Cart.TYPE, new Cart.State(List.of()));
 * assertThat(cart.call(new Cart.Add("book")).reply()).isEqualTo(1);
 * assertThat(cart.json()).isEqualTo("{\"items\":[\"book\"]}");
 * }</pre>
 *
 * <p>A server that crashed or stopped starts again with the next message, from the state it had stored. Not thread-safe.
 *
 * @param <S> the state type
 */
public final class ServerTest<S> {
    private final TestedType<S> type;
    private final Map<Class<?>, Object> services = new HashMap<>();
    private final Map<Class<?>, Function<Object, @Nullable Object>> answers = new HashMap<>();
    private RecordedOutputs outputs = new RecordedOutputs();
    private Map<String, String> metadata = Map.of();
    private Map<String, String> headers = Map.of();
    private String key = "key";
    private Carried carried = new Carried();
    private long epoch;
    private int storedVersion;
    private byte @Nullable [] stored;
    private @Nullable Running<S> running;

    private record Running<S>(UserCode<S> code, S state) {}

    private ServerTest(TestedType<S> type) {
        this.type = type;
        this.storedVersion = type.version();
    }

    /**
     * A server with an initial state, not started yet.
     *
     * @throws DurableServerException as a start does for a state that cannot be stored
     */
    public static <S> ServerTest<S> of(ServerType<S> type, S initial) {
        ServerTest<S> test = new ServerTest<>(TestedType.of(type));
        test.stored = test.encoded(test.newInstance(), initial);
        return test;
    }

    /** A server that an earlier version of its type, or this one, has stored; not started yet. */
    public static <S> ServerTest<S> stored(ServerType<S> type, int version, String json) {
        ServerTest<S> test = new ServerTest<>(TestedType.of(type));
        return test.load(version, json);
    }

    /** Gives it a service, as the configuration of a node does. */
    public <T> ServerTest<S> service(Class<T> service, T value) {
        services.put(service, service.cast(value));
        return this;
    }

    /** Gives it a key; {@code "key"} unless set. */
    public ServerTest<S> key(String value) {
        key = value;
        return this;
    }

    /** Gives the calls and casts that follow these headers, see {@link io.durableserver.ServerRef#withHeaders}. */
    public ServerTest<S> headers(Map<String, String> value) {
        headers = Headers.checked(value);
        return this;
    }

    /** Teaches other servers what to reply to a call of this class; a function that throws fails the call. */
    public <R extends @Nullable Object, M extends Call<R>> ServerTest<S> answering(
            Class<M> call, Function<? super M, ? extends R> answer) {
        answers.put(call, message -> answer.apply(call.cast(message)));
        return this;
    }

    /** Starts it now, if it does not run; the result is what {@code init} asked for. */
    public TurnResult<S, @Nullable Void> init() {
        outputs = new RecordedOutputs();
        Init<S> init = start();
        return result(
                new CompletableFuture<>(),
                Optional.ofNullable(init.continuation()),
                Optional.of(init.metadata()),
                Next.Sync.POLICY,
                null,
                null);
    }

    /** Calls it. */
    public <R extends @Nullable Object> TurnResult<S, R> call(Call<R> message) {
        Slot slot = type.sent(message, true);
        CompletableFuture<R> answer = new CompletableFuture<>();
        return turn(slot, type.message(slot, message), answer);
    }

    /** Tells it something. */
    public TurnResult<S, @Nullable Void> cast(Cast message) {
        Slot slot = type.sent(message, false);
        return turn(slot, type.message(slot, message), new CompletableFuture<>());
    }

    /** Gives it a message of its own node, such as one of its timers; not encoded. */
    public TurnResult<S, @Nullable Void> info(Object message) {
        return turn(type.info(key, message), message, new CompletableFuture<>());
    }

    /** Runs the turn a turn or {@code init} asked for with this message. */
    public TurnResult<S, @Nullable Void> continuation(Object message) {
        return turn(type.continuation(key, message), message, new CompletableFuture<>());
    }

    /** Runs its timeout handler. */
    public TurnResult<S, @Nullable Void> timeout() {
        return turn(type.timeout(key), "timeout", new CompletableFuture<>());
    }

    /** Stops it in good order, with {@code terminate} and a final write; the next message starts it again. */
    public ServerTest<S> stop(StopReason reason) {
        Running<S> now = running();
        guarded(() -> now.code().terminate(reason, now.state()));
        stopped(reason, now);
        return this;
    }

    /** Replaces what is stored, and lets the next message start the server from it. */
    public ServerTest<S> load(int version, String json) {
        stored = json.getBytes(StandardCharsets.UTF_8);
        storedVersion = version;
        carried = new Carried();
        running = null;
        return this;
    }

    /** The state now; starts the server when it does not run. */
    public S state() {
        return running().state();
    }

    /** The dumped state now, encoded. */
    public String json() {
        Running<S> now = running();
        return new String(encoded(now.code(), now.state()), StandardCharsets.UTF_8);
    }

    // What the context of the server looks at.

    String key() {
        return key;
    }

    long epoch() {
        return epoch;
    }

    Map<Class<?>, Object> services() {
        return services;
    }

    Map<String, String> metadata() {
        return metadata;
    }

    RecordedOutputs outputs() {
        return outputs;
    }

    @SuppressWarnings("unchecked") // the answer was taught for this class of calls
    <R extends @Nullable Object> CompletableFuture<R> answer(String asked, Call<R> message) {
        Function<Object, @Nullable Object> answer = answers.get(message.getClass());
        CompletableFuture<R> reply = new CompletableFuture<>();
        if (answer == null) {
            reply.completeExceptionally(new IllegalStateException(
                    "Nobody was taught to answer " + message + " for " + asked + ": see ServerTest.answering"));
            return reply;
        }
        try {
            reply.complete((R) answer.apply(message));
        } catch (RuntimeException failure) {
            reply.completeExceptionally(failure);
        }
        return reply;
    }

    // Turns.

    private <R extends @Nullable Object> TurnResult<S, R> turn(Slot slot, Object message, CompletableFuture<R> answer) {
        Running<S> before = running();
        byte[] storedBefore = encoded(before.code(), before.state());
        outputs = new RecordedOutputs(slot.isCall() || slot.kind() == Slot.Kind.CAST ? headers : Map.of());
        try {
            Next<S> next = slot.staysOpen()
                    ? outputs.open(key, type, before.code(), slot, before.state(), message)
                    : before.code().handle(slot, before.state(), message, replyTo(slot, answer));
            checkQuery(slot, before, storedBefore);
            type.check(key, next);
            boolean replies = next instanceof Reply<?, ?> && slot.repliesInTurn();
            @Nullable Object value = replies ? ((Reply<?, ?>) next).value() : null;
            type.checkReply(key, slot, value);
            byte[] bytes = encoded(before.code(), next.state());
            running = new Running<>(before.code(), copied(before.code(), next.state(), bytes));
            if (replies) {
                complete(answer, slot, value);
            }
            Optional<Map<String, String>> shown = Optional.ofNullable(next.newMetadata());
            metadata = shown.orElse(metadata);
            TurnResult<S, R> result =
                    result(answer, Optional.ofNullable(next.continuation()), shown, next.syncMode(), next, bytes);
            if (next.stopReason() != null) {
                stop(next.stopReason());
            }
            return result;
        } catch (UserFailure failure) {
            crashed(storedBefore);
            throw failure.toCaller(key);
        } catch (OutcomeUnknownException abandoned) {
            outputs = new RecordedOutputs();
            throw abandoned;
        } catch (RejectedException refused) {
            rejected(slot, before, storedBefore, refused);
            throw refused;
        } catch (DurableServerException impossible) {
            if (ConfigurationException.Reason.WRONG_REPLY_TYPE.name().equals(impossible.code())) {
                throw impossible; // the turn does not count, and the server goes on
            }
            crashed(storedBefore);
            throw impossible;
        }
    }

    private void checkQuery(Slot slot, Running<S> now, byte[] before) {
        if (slot.kind() == Slot.Kind.QUERY && !Arrays.equals(before, encoded(now.code(), now.state()))) {
            throw UserFailure.changingQuery(slot);
        }
    }

    /** The server goes on, with nothing of the turn, unless it changed a state that cannot be put back. */
    private void rejected(Slot slot, Running<S> now, byte[] before, RejectedException refused) {
        outputs = new RecordedOutputs();
        if (!Arrays.equals(before, encoded(now.code(), now.state()))) {
            crashed(before);
            throw UserFailure.lateRejection(slot, refused).toCaller(key);
        }
    }

    private void crashed(byte[] before) {
        stored = before;
        storedVersion = type.version();
        running = null;
    }

    private void stopped(StopReason reason, Running<S> last) {
        stored = reason instanceof StopReason.Delete ? null : encoded(last.code(), last.state());
        storedVersion = type.version();
        running = null;
    }

    private <R extends @Nullable Object> TurnResult<S, R> result(
            CompletableFuture<R> answer,
            Optional<Object> continuation,
            Optional<Map<String, String>> shown,
            Next.Sync sync,
            @Nullable Next<S> next,
            byte @Nullable [] bytes) {
        String json = bytes == null ? json() : new String(bytes, StandardCharsets.UTF_8);
        return new TurnResult<>(
                answer,
                running().state(),
                json,
                outputs.sent,
                outputs.called,
                outputs.infos,
                outputs.timers,
                continuation,
                next == null ? Optional.empty() : Optional.ofNullable(next.idleTimeout()),
                shown,
                sync,
                next == null ? Optional.empty() : Optional.ofNullable(next.stopReason()));
    }

    private <R extends @Nullable Object> ReplyTo<@Nullable Object> replyTo(Slot slot, CompletableFuture<R> answer) {
        return new ReplyTo<>() {
            @Override
            public void reply(@Nullable Object value) {
                type.checkReply(key, slot, value);
                complete(answer, slot, value);
            }

            @Override
            public void fail(Throwable error) {
                answer.completeExceptionally(new UserFailure("A deferred reply", error).toCaller(key));
            }
        };
    }

    @SuppressWarnings("unchecked") // checked against the declared type, as far as a class can tell
    private <R extends @Nullable Object> void complete(CompletableFuture<R> answer, Slot slot, @Nullable Object value) {
        try {
            answer.complete((R) type.reply(key, slot, value));
        } catch (OutcomeUnknownException unreadable) {
            answer.completeExceptionally(unreadable);
        }
    }

    // Starting.

    private Running<S> running() {
        if (running == null) {
            RecordedOutputs ofTheTurn = outputs;
            outputs = new RecordedOutputs();
            start();
            outputs = ofTheTurn;
        }
        return Objects.requireNonNull(running);
    }

    private Init<S> start() {
        if (stored == null) {
            throw new NotAppliedException(
                    NotAppliedException.Reason.NOT_FOUND, "There is no such server", Map.of("key", key));
        }
        UserCode<S> code = newInstance();
        byte[] bytes = stored;
        Init<S> init = guarded(() -> {
            S loaded = type.load(key, code, storedVersion, bytes, carried);
            epoch++;
            return code.init(loaded, new RecordingContext(this, type.registered()));
        });
        S state = init.state();
        if (state == null) {
            throw new NotAppliedException(
                    NotAppliedException.Reason.IGNORED, "The server declined to start", Map.of("key", key));
        }
        if (init.idleTimeout() != null) {
            type.timeout(key);
        }
        metadata = init.metadata();
        running = new Running<>(code, copied(code, state, encoded(code, state)));
        return init;
    }

    private UserCode<S> newInstance() {
        return guarded(() -> type.registered().newInstance(key));
    }

    private byte[] encoded(UserCode<S> code, S state) {
        return guarded(() -> type.encode(key, code, state, carried));
    }

    private S copied(UserCode<S> code, S state, byte[] bytes) {
        return guarded(() -> type.copied(key, code, state, bytes, carried));
    }

    private <T extends @Nullable Object> T guarded(Supplier<T> userCode) {
        try {
            return userCode.get();
        } catch (UserFailure failure) {
            throw failure.toCaller(key);
        }
    }
}
