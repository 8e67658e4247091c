package io.durableserver.runtime.activation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

final class AfterTurnTest {
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final List<String> ran = new ArrayList<>();
    private final AfterTurn after = new AfterTurn(tasks::add);

    private Runnable part(String name) {
        return () -> ran.add(name);
    }

    private void runTasks() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    @Test
    void whatTheTurnLeftComesBeforeWhatWasAddedWhileItEnded() {
        after.add(part("late"));
        assertThat(tasks).as("nothing runs before the turn has ended").isEmpty();
        after.begin(List.of(part("first"), part("second")));
        after.add(part("later"));
        assertThat(tasks).as("one thread").hasSize(1);
        runTasks();
        assertThat(ran).containsExactly("first", "second", "late", "later");
    }

    @Test
    void takesNoThreadWhenNothingIsLeft() {
        after.begin(List.of());
        assertThat(tasks).isEmpty();
        after.add(part("late"));
        assertThat(tasks).hasSize(1);
        runTasks();
        after.add(part("later"));
        assertThat(tasks).hasSize(1);
        runTasks();
        assertThat(ran).containsExactly("late", "later");
    }

    @Test
    void partThatAddsAnotherIsFollowedByIt() {
        after.begin(List.of(() -> after.add(part("its own")), part("second")));
        runTasks();
        assertThat(ran).containsExactly("second", "its own");
    }

    @Test
    void closedNodeDropsWhatIsLeft() {
        AfterTurn closed = new AfterTurn(task -> {
            throw new RejectedExecutionException("closed");
        });
        closed.begin(List.of(part("first")));
        closed.add(part("late"));
        assertThat(ran).isEmpty();
    }
}
