package io.durableserver.backend.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.Registration;
import io.durableserver.spi.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class WaitingTest {
    private final List<Runnable> timers = new ArrayList<>();
    private final List<String> ran = new ArrayList<>();
    private final Waiting waiting = new Waiting(new Closed());

    @Test
    void aStageEndsThoughTheNodeTakesNoTasksAnyMore() {
        waiting.tell(() -> ran.add("end"));
        assertThat(ran).containsExactly("end");
    }

    @Test
    void aPauseGoesOnOnceWhicheverComesFirst() {
        assertThat(waiting.pause(Duration.ofSeconds(1), () -> ran.add("first"))).isTrue();
        assertThat(waiting.pause(Duration.ofSeconds(1), () -> ran.add("second")))
                .isTrue();
        timers.get(0).run();
        assertThat(ran).containsExactly("first");
        waiting.close();
        assertThat(ran).containsExactly("first", "second");
        timers.forEach(Runnable::run);
        assertThat(ran).hasSize(2);
    }

    @Test
    void nothingPausesAfterTheEnd() {
        waiting.close();
        assertThat(waiting.pause(Duration.ofSeconds(1), () -> ran.add("never"))).isFalse();
        assertThat(timers).isEmpty();
        assertThat(ran).isEmpty();
    }

    /** Of a node that is closed: its executor refuses, its timers are kept for the test. */
    private final class Closed implements Scheduler {
        @Override
        public Executor turns() {
            return internal();
        }

        @Override
        public Executor internal() {
            return task -> {
                throw new RejectedExecutionException("closed");
            };
        }

        @Override
        public Registration schedule(Duration delay, Runnable task) {
            timers.add(task);
            return () -> {};
        }

        @Override
        public boolean canBlock() {
            return true;
        }

        @Override
        public void close() {}
    }
}
