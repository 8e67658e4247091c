package io.durableserver.runtime.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.runtime.testing.ManualScheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

@SuppressWarnings("FutureReturnValueIgnored") // calls are futures; the tests look at the list they are in
class DeadlinesTest {
    private final ManualScheduler time = new ManualScheduler();
    private final Deadlines deadlines = new Deadlines(time, time, 3);
    private final List<String> told = new ArrayList<>();

    private final class Waiting extends PendingCall {
        private final String name;

        Waiting(String name, Duration timeout) {
            super(time.nanoTime() + timeout.toNanos(), Runnable::run);
            this.name = name;
        }

        @Override
        void expire() {
            told.add(name + " expired");
            deadlines.remove(this);
        }

        @Override
        void abandon() {
            told.add(name + " abandoned");
            deadlines.remove(this);
        }
    }

    private Waiting add(String name, Duration timeout) {
        Waiting call = new Waiting(name, timeout);
        deadlines.add(call);
        return call;
    }

    @Test
    void callExpiresWithinASweepOfItsDeadline() {
        add("a", Duration.ofMillis(100));
        time.advance(Duration.ofMillis(99));
        assertThat(told).isEmpty();
        time.advance(Duration.ofMillis(51));
        assertThat(told).containsExactly("a expired");
        assertThat(deadlines.size()).isZero();
        time.advance(Duration.ofSeconds(1));
        assertThat(time.timers()).isZero();
        add("b", Duration.ofMillis(1));
        time.advance(Duration.ofSeconds(1));
        assertThat(told).containsExactly("a expired", "b expired");
    }

    @Test
    void boundIsKeptAndRemovalMakesRoom() {
        Waiting first = add("a", Duration.ofHours(1));
        Waiting second = add("b", Duration.ofHours(1));
        Waiting third = add("c", Duration.ofHours(1));
        assertThat(catchThrowableOfType(NotAppliedException.class, () -> add("d", Duration.ofHours(1)))
                        .reason())
                .isEqualTo(Reason.OVERLOADED);
        deadlines.remove(second);
        deadlines.remove(second);
        assertThat(deadlines.size()).isEqualTo(2);
        add("e", Duration.ofHours(1));
        deadlines.remove(first);
        deadlines.remove(third);
        assertThat(deadlines.size()).isEqualTo(1);
        time.advance(Duration.ofHours(2));
        assertThat(told).containsExactly("e expired");
    }

    @Test
    void closeEndsAllAndTakesNoMore() {
        add("a", Duration.ofHours(1));
        add("b", Duration.ofHours(1));
        deadlines.close();
        assertThat(told).containsExactlyInAnyOrder("a abandoned", "b abandoned");
        assertThat(deadlines.size()).isZero();
        assertThat(catchThrowableOfType(NotAppliedException.class, () -> add("c", Duration.ofHours(1)))
                        .reason())
                .isEqualTo(Reason.NOT_READY);
        assertThat(deadlines.size()).isZero();
    }

    @Test
    void stagesChainedOnACallUseItsExecutorAndNeverTheCommonPool() {
        AtomicInteger used = new AtomicInteger();
        Executor executor = task -> {
            used.incrementAndGet();
            task.run();
        };
        PendingCall call = new PendingCall(0, executor) {
            @Override
            void expire() {}

            @Override
            void abandon() {}
        };
        List<String> threads = new ArrayList<>();
        call.thenApplyAsync(v -> v)
                .thenApply(v -> v)
                .thenRunAsync(() -> threads.add(Thread.currentThread().getName()));
        call.end("x");
        assertThat(used).hasValue(2);
        assertThat(threads).containsExactly(Thread.currentThread().getName());
        assertThat(call.thenApply(v -> v).defaultExecutor()).isSameAs(executor);
    }
}
