package io.durableserver;

import org.jspecify.annotations.Nullable;

/**
 * The way back to a caller whose reply comes from a later turn or from another thread. Lives in memory only: when the
 * server moves or the node dies, the caller gets {@link OutcomeUnknownException}. Thread-safe; the first answer counts.
 *
 * @param <R> the reply type
 */
public interface ReplyTo<R extends @Nullable Object> {
    /** Sends the reply. Given inside a turn, it leaves when that turn's replies leave (P3). */
    void reply(R value);

    /** Fails the call with {@link HandlerFailedException}, or with the {@link RejectedException} it is given. */
    void fail(Throwable error);
}
