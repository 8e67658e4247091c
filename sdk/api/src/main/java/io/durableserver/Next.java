package io.durableserver;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a turn decided: the new state, and what to do with it. An immutable value; every method returns a new one.
 *
 * @param <S> the state type
 */
public sealed class Next<S> permits Reply {
    /** How the state of this turn is to be stored. */
    public enum Sync {
        /** As the server's {@link SyncPolicy} says. */
        POLICY,
        /** Stored before any reply or message of this turn leaves. */
        STRICT,
        /** As {@link #STRICT}, and written even when the dumped state is unchanged. */
        FORCED
    }

    private final @Nullable S state;
    private final @Nullable RejectedException rejection;
    final Effects effects;

    Next(S state, Effects effects) {
        this.state = Objects.requireNonNull(state, "Next.reply, Next.state or Next.stop was given a null state");
        this.effects = effects;
        this.rejection = null;
    }

    Next(RejectedException rejection) {
        this.state = null;
        this.effects = Effects.NONE;
        this.rejection = rejection;
    }

    /** Goes on with this state; to a call this means no reply yet, see {@link Handlers#callDeferred}. */
    public static <S> Next<S> state(S state) {
        return new Next<>(state, Effects.NONE);
    }

    /** Replies to the call and goes on with this state. */
    public static <S, R extends @Nullable Object> Reply<S, R> reply(R value, S state) {
        return new Reply<>(value, state, Effects.NONE);
    }

    /** Stops with this state. */
    public static <S> Next<S> stop(StopReason reason, S state) {
        return new Next<>(state, Effects.NONE.withStop(reason));
    }

    /**
     * Refuses the message: nothing of this turn is applied, and its caller gets the {@link RejectedException}. The same as
     * throwing it; what a rejection is asked for besides, such as {@link #sync} or {@link #thenStop}, is an error.
     *
     * @param code what a program decides by
     * @param text what a reader is told
     * @param details names and values for the caller
     * @throws ConfigurationException when one of these is out of the bounds of {@link RejectedException}
     */
    public static <S, R extends @Nullable Object> Reply<S, R> reject(String code, String text, Map<String, ?> details) {
        return new Reply<>(new RejectedException(code, text, details));
    }

    /** As {@link #reject(String, String, Map)} without details. */
    public static <S, R extends @Nullable Object> Reply<S, R> reject(String code, String text) {
        return reject(code, text, Map.of());
    }

    Next<S> with(Effects changed) {
        return new Next<>(state(), changed);
    }

    /**
     * The state after this turn.
     *
     * @throws ConfigurationException {@code NOT_ALLOWED_HERE} for a rejection, which has none
     */
    public final S state() {
        if (rejection != null || state == null) {
            throw new ConfigurationException(
                    ConfigurationException.Reason.NOT_ALLOWED_HERE,
                    "A rejection has no state and no effects",
                    Map.of("code", rejection == null ? "" : rejection.code()));
        }
        return state;
    }

    /** Stores the state before any reply or message of this turn leaves the node (P2, P3). */
    public Next<S> sync() {
        return with(effects.withSync(Sync.STRICT));
    }

    /** As {@link #sync()}, and writes even when the dumped state did not change. */
    public Next<S> forceSync() {
        return with(effects.withSync(Sync.FORCED));
    }

    /** Replaces the user metadata shown in the directory. At most 4 KiB of text in total. */
    public Next<S> metadata(Map<String, String> metadata) {
        return with(effects.withMetadata(metadata));
    }

    /**
     * Runs a further turn with this message, before anything in the mailbox. A sync asked for together with it stores the
     * state as it is now. A turn that continues with a message its type has no continuation handler for fails.
     */
    public Next<S> thenContinue(Object message) {
        return with(effects.withContinuation(message));
    }

    /**
     * Runs the timeout handler unless another message arrives within this time: 1 ms or more, and what is longer than
     * 73 years counts as that. A type without a timeout handler must not ask for it: its turn fails.
     */
    public Next<S> idleTimeout(Duration timeout) {
        return with(effects.withTimeout(timeout));
    }

    /** Gives back the memory an idle server does not need; the next message costs a little more. */
    public Next<S> hibernate() {
        return with(effects.withHibernate());
    }

    /** Stops after this turn; a reply is sent after the final write, and says when that failed. */
    public Next<S> thenStop(StopReason reason) {
        return with(effects.withStop(reason));
    }

    // Read by the runtime.

    /** Why the message is refused; null when it is not. */
    public final @Nullable RejectedException rejection() {
        return rejection;
    }

    public final Sync syncMode() {
        return effects.sync();
    }

    public final @Nullable Map<String, String> newMetadata() {
        return effects.metadata();
    }

    public final @Nullable Object continuation() {
        return effects.continuation();
    }

    public final @Nullable Duration idleTimeout() {
        return effects.timeout();
    }

    public final boolean hibernates() {
        return effects.hibernate();
    }

    public final @Nullable StopReason stopReason() {
        return effects.stop();
    }
}
