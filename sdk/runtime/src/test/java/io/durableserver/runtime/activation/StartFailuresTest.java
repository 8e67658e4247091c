package io.durableserver.runtime.activation;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.ConfigurationException;
import io.durableserver.DurableServer;
import io.durableserver.HandlerFailedException;
import io.durableserver.Handlers;
import io.durableserver.NotAppliedException;
import io.durableserver.ServerType;
import io.durableserver.runtime.codec.CborCodec;
import io.durableserver.runtime.codec.JsonCodec;
import io.durableserver.runtime.testing.ManualScheduler;
import io.durableserver.runtime.turn.RegisteredType;
import io.durableserver.runtime.turn.TypeRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class StartFailuresTest {
    record State() {}

    private final ManualScheduler time = new ManualScheduler();
    private final StartFailures failures = new StartFailures(time);
    private final RegisteredType<?> type = registered(1);

    private static RegisteredType<?> registered(int version) {
        ServerType<State> type = ServerType.of("t", State.class, () -> new DurableServer<State>() {
                    @Override
                    protected void handlers(Handlers<State> on) {}
                })
                .version(version);
        return new TypeRegistry(List.of(type), JsonCodec.INSTANCE, CborCodec.INSTANCE, 1 << 20).get("t");
    }

    private void fail() {
        failures.ended(
                "k",
                type,
                new CompletionException(new HandlerFailedException("java.io.IOException", "no", Map.of("key", "k"))));
    }

    @Test
    void firstFailureDelaysNothingAndFurtherOnesTwiceAsLongEach() {
        assertThat(failures.refusal("k", type)).isNull();
        fail();
        assertThat(failures.refusal("k", type)).isNull();
        for (long full : new long[] {100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000, 10_000}) {
            fail();
            NotAppliedException refusal = Objects.requireNonNull(failures.refusal("k", type));
            assertThat(refusal.reason()).isEqualTo(NotAppliedException.Reason.START_BACKOFF);
            assertThat(refusal.reason().retryable()).isTrue();
            long millis =
                    Long.parseLong(Objects.requireNonNull(refusal.context().get("retryInMillis")));
            assertThat(millis).isBetween(full / 2, full + 1);
            assertThat(refusal.context().get("error")).contains("java.io.IOException: no");
            time.advance(Duration.ofMillis(millis));
            assertThat(failures.refusal("k", type)).isNull();
        }
    }

    @Test
    void partByChanceIsTheSameInEachRunAndDiffersFromKeyToKey() {
        assertThat(StartFailures.pauseNanos("a", 5)).isEqualTo(StartFailures.pauseNanos("a", 5));
        List<Long> pauses = List.of("a", "b", "c", "d", "e", "f").stream()
                .map(key -> StartFailures.pauseNanos(key, 5))
                .toList();
        assertThat(pauses).doesNotHaveDuplicates();
        for (int times = 2; times < 1_000; times++) {
            assertThat(StartFailures.pauseNanos("k" + times, times)).isBetween(50_000_000L, 10_000_000_000L);
        }
    }

    @Test
    void successQuietOrAnotherVersionBeginsAnew() {
        fail();
        fail();
        assertThat(failures.refusal("other", type)).isNull();
        assertThat(failures.refusal("k", registered(2))).isNull();
        failures.ended("k", type, null);
        assertThat(failures.refusal("k", type)).isNull();
        fail();
        assertThat(failures.refusal("k", type)).isNull();
        fail();
        time.advance(Duration.ofMinutes(2));
        fail();
        assertThat(failures.refusal("k", type)).isNull();
    }

    @Test
    void onlyWhatUserCodeBringsAboutCounts() {
        for (int i = 0; i < 5; i++) {
            failures.ended(
                    "k",
                    type,
                    new NotAppliedException(NotAppliedException.Reason.STORAGE_UNAVAILABLE, "no store", Map.of()));
            failures.ended("k", type, new IllegalStateException());
        }
        assertThat(failures.refusal("k", type)).isNull();
        ConfigurationException unreadable =
                new ConfigurationException(ConfigurationException.Reason.NOT_ENCODABLE, "no", Map.of());
        failures.ended("k", type, unreadable);
        failures.ended("k", type, unreadable);
        assertThat(failures.refusal("k", type)).isNotNull();
    }
}
