package io.durableserver.runtime.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class InOrderTest {
    private final ArrayDeque<Runnable> pool = new ArrayDeque<>();
    private final List<Integer> ran = new ArrayList<>();

    private void drain() {
        for (Runnable next = pool.poll(); next != null; next = pool.poll()) {
            next.run();
        }
    }

    @Test
    void tasksRunInTheirOrderAndAskThePoolOnce() {
        InOrder order = new InOrder(pool::add);
        for (int i = 0; i < 10; i++) {
            int number = i;
            order.execute(() -> ran.add(number));
        }
        assertThat(pool).hasSize(1);
        drain();
        assertThat(ran).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        order.execute(() -> ran.add(10));
        drain();
        assertThat(ran).endsWith(10);
    }

    @Test
    void taskThatFailsIsFollowedByTheNext() {
        InOrder order = new InOrder(pool::add);
        order.execute(() -> {
            throw new IllegalStateException("boom");
        });
        order.execute(() -> ran.add(1));
        assertThatThrownBy(this::drain).hasMessage("boom");
        drain();
        assertThat(ran).containsExactly(1);
    }

    @Test
    void poolThatTakesNoMoreLeavesTasksToWhoBringsThem() {
        InOrder order = new InOrder(task -> {
            throw new RejectedExecutionException("closed");
        });
        order.execute(() -> ran.add(0));
        order.execute(() -> ran.add(1));
        assertThat(ran).containsExactly(0, 1);
    }
}
