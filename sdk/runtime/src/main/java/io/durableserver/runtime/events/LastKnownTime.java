package io.durableserver.runtime.events;

import io.durableserver.spi.TimeSource;

/** Clocks that never throw: where those they stand for fail, they say what these said last. Thread-safe. */
final class LastKnownTime implements TimeSource {
    private final TimeSource clocks;
    private volatile long nanos;
    private volatile long millis;

    LastKnownTime(TimeSource clocks) {
        this.clocks = clocks;
    }

    @Override
    public long nanoTime() {
        try {
            long now = clocks.nanoTime();
            nanos = now;
            return now;
        } catch (RuntimeException | Error defect) {
            return nanos; // whoever needs the true time hears of it from the clock
        }
    }

    @Override
    public long wallMillis() {
        try {
            long now = clocks.wallMillis();
            millis = now;
            return now;
        } catch (RuntimeException | Error defect) {
            return millis;
        }
    }
}
