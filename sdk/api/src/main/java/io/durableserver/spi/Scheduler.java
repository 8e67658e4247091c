package io.durableserver.spi;

import io.durableserver.Registration;
import java.time.Duration;
import java.util.concurrent.Executor;

/** Executors and timers with a name and an owner. */
public interface Scheduler extends AutoCloseable {
    /** Runs turns: user code that may block. */
    Executor turns();

    /** Runs internal continuations, which never block. */
    Executor internal();

    /** Runs a short task on {@link #internal} after a delay. */
    Registration schedule(Duration delay, Runnable task);

    /** Whether waiting threads can be parked; false in the simulator, where only asynchronous methods work. */
    boolean canBlock();

    @Override
    void close();
}
