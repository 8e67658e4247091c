package io.durableserver.spi;

import io.durableserver.Registration;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * Executors and timers with a name and an owner. User code, which may block for any time, runs on {@link #turns},
 * {@link #starts}, {@link #application} and {@link #turnStages} only; each of them grows while its threads are held up, to
 * a bound of its own, so that none of them can take the threads of another, and none those of the runtime.
 */
public interface Scheduler extends AutoCloseable {
    /** Runs turns. */
    Executor turns();

    /** Loads and starts servers: apart from turns, so that turns that wait for a start cannot hold it up. */
    default Executor starts() {
        return turns();
    }

    /** Runs internal continuations, which never block. */
    Executor internal();

    /**
     * Completes the stages that applications get, so that what they chain on them runs here. Takes tasks when it is closed,
     * too: whoever waits is told.
     */
    default Executor application() {
        return internal();
    }

    /** As {@link #application}, for stages made inside a turn: the turn may wait for them, whatever applications do. */
    default Executor turnStages() {
        return application();
    }

    /** Runs a short task on {@link #internal} after a delay. */
    Registration schedule(Duration delay, Runnable task);

    /**
     * Timers, and an internal executor, for what the life of the node depends on: its lease, and the deadlines of callers. No other
     * task is ahead of theirs.
     */
    default Scheduler vital() {
        return this;
    }

    /**
     * How a pool is used now.
     *
     * @param name {@code turn}, {@code start}, {@code application}, {@code stage} or {@code internal}
     * @param threads its platform threads; those of tasks on virtual threads are not among them
     * @param most how many there may be
     * @param busy how many of them run a task
     * @param waiting tasks that have not begun
     */
    record PoolUse(String name, int threads, int most, int busy, long waiting) {}

    /** The pools of a scheduler that has some, for figures; read at once, and roughly. Any thread. */
    default List<PoolUse> pools() {
        return List.of();
    }

    /** Whether waiting threads can be parked; false in the simulator, where only asynchronous methods work. */
    boolean canBlock();

    @Override
    void close();
}
