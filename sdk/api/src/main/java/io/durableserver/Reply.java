package io.durableserver;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Next} that answers the call.
 *
 * @param <S> the state type
 * @param <R> the reply type
 */
public final class Reply<S, R extends @Nullable Object> extends Next<S> {
    private final @Nullable R value;

    Reply(R value, S state, Effects effects) {
        super(state, effects);
        this.value = value;
    }

    Reply(RejectedException rejection) {
        super(rejection);
        this.value = null;
    }

    /** The reply; null for a rejection. */
    @SuppressWarnings("NullAway") // R says itself whether it may be null
    public R value() {
        return value;
    }

    @Override
    Reply<S, R> with(Effects changed) {
        return new Reply<>(value(), state(), changed);
    }

    @Override
    public Reply<S, R> sync() {
        return with(effects.withSync(Sync.STRICT));
    }

    @Override
    public Reply<S, R> forceSync() {
        return with(effects.withSync(Sync.FORCED));
    }

    @Override
    public Reply<S, R> metadata(Map<String, String> metadata) {
        return with(effects.withMetadata(metadata));
    }

    @Override
    public Reply<S, R> thenContinue(Object message) {
        return with(effects.withContinuation(message));
    }

    @Override
    public Reply<S, R> idleTimeout(Duration timeout) {
        return with(effects.withTimeout(timeout));
    }

    @Override
    public Reply<S, R> hibernate() {
        return with(effects.withHibernate());
    }

    @Override
    public Reply<S, R> thenStop(StopReason reason) {
        return with(effects.withStop(reason));
    }
}
