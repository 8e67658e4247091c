package io.durableserver.runtime.activation;

import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parts of an open turn that wait to run, until it is closed. Thread-safe. */
final class PartQueue {
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>(2);
    private boolean closed;

    /** Adds a part; false when the queue is closed. */
    synchronized boolean add(Runnable part) {
        return !closed && waiting.add(part);
    }

    /** The next part; null when there is none. */
    synchronized @Nullable Runnable poll() {
        return waiting.poll();
    }

    synchronized boolean isEmpty() {
        return waiting.isEmpty();
    }

    synchronized int size() {
        return waiting.size();
    }

    synchronized boolean isClosed() {
        return closed;
    }

    /** Takes no more parts. Returns those that did not run. */
    synchronized List<Runnable> close() {
        closed = true;
        List<Runnable> left = List.copyOf(waiting);
        waiting.clear();
        return left;
    }
}
