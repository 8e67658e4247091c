package io.durableserver.runtime.jdk;

import io.durableserver.spi.Scheduler;
import java.util.concurrent.Executor;

/** An executor that says how it is used. */
interface Pool extends Executor {
    /** How it is used now, under this name; any thread. */
    Scheduler.PoolUse use(String name);
}
