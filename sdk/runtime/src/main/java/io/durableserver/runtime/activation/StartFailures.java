package io.durableserver.runtime.activation;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.durableserver.ConfigurationException;
import io.durableserver.DurableServerException;
import io.durableserver.HandlerFailedException;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.runtime.turn.RegisteredType;
import io.durableserver.runtime.wire.Causes;
import io.durableserver.spi.TimeSource;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The servers whose user code failed to start them here. The second failure in a row makes the key wait, each further one
 * twice as long, from 100 ms to 10 s, a part of it by chance; a start asked for meanwhile gets the last failure at once, and the
 * store is not written. A success ends it, and so does another version of the type. Another initial state does not: starts in a
 * loop often bring a fresh one.
 */
final class StartFailures {
    static final Duration FIRST = Duration.ofMillis(100);
    static final Duration LONGEST = Duration.ofSeconds(10);
    /** A failure this long ago does not count as one in a row. */
    static final Duration FORGOTTEN = Duration.ofMinutes(1);

    private static final int MAX_KEYS = 10_000;

    private record Failed(
            RegisteredType<?> type, int times, long atNanos, long untilNanos, DurableServerException error) {}

    private final Cache<String, Failed> failed =
            Caffeine.newBuilder().maximumSize(MAX_KEYS).executor(Runnable::run).build();
    private final TimeSource time;

    StartFailures(TimeSource time) {
        this.time = time;
    }

    /** Why the key is not started now; null when it may be. */
    @Nullable
    NotAppliedException refusal(String key, RegisteredType<?> type) {
        Failed last = failed.getIfPresent(key);
        long left = last == null || last.type() != type ? 0 : last.untilNanos() - time.nanoTime();
        if (last == null || left <= 0) {
            return null;
        }
        return new NotAppliedException(
                Reason.START_BACKOFF,
                "The server failed to start and is tried again later",
                Map.of(
                        "key",
                        key,
                        "type",
                        type.name(),
                        "failures",
                        last.times(),
                        "retryInMillis",
                        Duration.ofNanos(left).toMillis() + 1,
                        "error",
                        String.valueOf(last.error().getMessage())),
                last.error());
    }

    /** A start here ended. */
    void ended(String key, RegisteredType<?> type, @Nullable Throwable failure) {
        if (failure == null) {
            failed.invalidate(key);
            return;
        }
        Throwable cause = Causes.of(failure);
        if (cause instanceof HandlerFailedException || cause instanceof ConfigurationException) {
            failed.asMap().compute(key, (k, last) -> next(k, type, last, (DurableServerException) cause));
        }
    }

    private Failed next(String key, RegisteredType<?> type, @Nullable Failed last, DurableServerException error) {
        long now = time.nanoTime();
        boolean inARow = last != null
                && last.type() == type
                && now - Math.max(last.atNanos(), last.untilNanos()) < FORGOTTEN.toNanos();
        int times = inARow && last != null ? last.times() + 1 : 1;
        return new Failed(type, times, now, now + pauseNanos(key, times), error);
    }

    /** No pause after the first failure. The part by chance comes from key and count, so that a simulation repeats. */
    static long pauseNanos(String key, int times) {
        if (times < 2) {
            return 0;
        }
        long half = Math.min(LONGEST.toNanos(), FIRST.toNanos() << Math.min(times - 2, 20)) / 2;
        long chance = Math.floorMod(((key.hashCode() * 31L + times) * 0x9E3779B97F4A7C15L) >>> 16, 1L << 20);
        return half + ((half * chance) >> 20);
    }
}
