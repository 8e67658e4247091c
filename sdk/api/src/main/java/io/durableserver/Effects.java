package io.durableserver;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a turn asks for besides its new state. Immutable. */
record Effects(
        Next.Sync sync,
        @Nullable Map<String, String> metadata,
        @Nullable Object continuation,
        @Nullable Duration timeout,
        boolean hibernate,
        @Nullable StopReason stop) {
    static final Effects NONE = new Effects(Next.Sync.POLICY, null, null, null, false, null);

    Effects withSync(Next.Sync value) {
        return new Effects(value, metadata, continuation, timeout, hibernate, stop);
    }

    Effects withMetadata(Map<String, String> value) {
        return new Effects(sync, Map.copyOf(value), continuation, timeout, hibernate, stop);
    }

    Effects withContinuation(Object value) {
        return new Effects(
                sync,
                metadata,
                Objects.requireNonNull(value, "Next.thenContinue was given a null message"),
                timeout,
                hibernate,
                stop);
    }

    Effects withTimeout(Duration value) {
        return new Effects(sync, metadata, continuation, idleTimeout(value), hibernate, stop);
    }

    static Duration idleTimeout(Duration value) {
        if (value.compareTo(Spans.SHORTEST) < 0) {
            throw ConfigurationException.option("idleTimeout", value, ">= 1 ms");
        }
        return value;
    }

    Effects withHibernate() {
        return new Effects(sync, metadata, continuation, timeout, true, stop);
    }

    Effects withStop(StopReason value) {
        return new Effects(
                sync,
                metadata,
                continuation,
                timeout,
                hibernate,
                Objects.requireNonNull(value, "Next.thenStop was given a null reason"));
    }
}
