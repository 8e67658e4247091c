package io.durableserver.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class MeasuredTest {
    private static final Plan SHORT = new Plan(Duration.ofMillis(10), Duration.ofMillis(50), () -> new Usage(0, 0));

    @Test
    void passesAddUp() {
        Measured both = measured(100, 1_000, 2_000).plus(measured(300, 1_000, 6_000));

        assertThat(both.operations()).isEqualTo(400);
        assertThat(both.perSecond()).isEqualTo(400e9 / 2_000);
        assertThat(both.cpuMicros()).isEqualTo(8_000 / 1e3 / 400);
        assertThat(both.latencies().getTotalCount()).isEqualTo(2);
    }

    private static Measured measured(long operations, long nanos, long cpuNanos) {
        Histogram latencies = new Histogram(3);
        latencies.recordValue(operations);
        return new Measured(operations, nanos, latencies, new Usage(cpuNanos, 0));
    }

    @Test
    void nothingRecordedIsNoLatency() {
        assertThat(new Measured(1, 1, new Histogram(3), new Usage(0, 0)).micros(50))
                .isNaN();
    }

    @Test
    void aWindowedRunEndsOnlyWhenAllItsCallsHaveEnded() throws InterruptedException {
        AtomicLong begun = new AtomicLong();
        AtomicLong ended = new AtomicLong();

        Measured measured = Windowed.run(SHORT, 8, number -> {
            begun.incrementAndGet();
            return CompletableFuture.runAsync(ended::incrementAndGet);
        });

        assertThat(ended.get()).isEqualTo(begun.get()).isGreaterThanOrEqualTo(measured.operations());
    }

    @Test
    void aFailedCallFailsTheRun() {
        assertThatThrownBy(() -> ClosedLoop.run(SHORT, 2, (caller, number) -> {
                    if (caller == 1) {
                        throw new IllegalArgumentException("no");
                    }
                }))
                .hasMessage("A caller failed")
                .hasRootCauseMessage("no");
    }
}
