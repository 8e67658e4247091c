package io.durableserver.testkit.sim;

import io.durableserver.Registration;
import org.jspecify.annotations.Nullable;

/** Something that happens at a point of true time. Closing it before then makes it not happen. */
public final class SimEvent implements Comparable<SimEvent>, Registration {
    final long time;
    final @Nullable SimNode node;
    final Runnable task;
    private final int tie;
    private boolean cancelled;

    SimEvent(long time, int tie, @Nullable SimNode node, Runnable task) {
        this.time = time;
        this.tie = tie;
        this.node = node;
        this.task = task;
    }

    boolean isCancelled() {
        return cancelled;
    }

    @Override
    public void close() {
        cancelled = true;
    }

    @Override
    public int compareTo(SimEvent other) {
        int byTime = Long.compare(time, other.time);
        return byTime != 0 ? byTime : Integer.compare(tie, other.tie);
    }
}
