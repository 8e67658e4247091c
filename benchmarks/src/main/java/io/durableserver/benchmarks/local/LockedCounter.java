package io.durableserver.benchmarks.local;

/** The least a thread-safe counter can be. */
final class LockedCounter {
    private long count;

    synchronized long add(long by) {
        count += by;
        return count;
    }
}
