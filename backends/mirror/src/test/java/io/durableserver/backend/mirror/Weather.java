package io.durableserver.backend.mirror;

import io.durableserver.testkit.backend.Fault;
import io.durableserver.testkit.backend.FaultPlan;
import io.durableserver.testkit.backend.Operation;
import java.time.Duration;
import java.util.Random;

/**
 * What goes wrong at one store: rates that a test sets and clears. Creates are never late by more than their request: no
 * token could keep a late one away, at a single store neither.
 */
final class Weather implements FaultPlan {
    private final Random random;
    double rate;
    boolean down;
    /** Writes are refused. */
    boolean readOnly;
    /** Removals come some seconds after it was told that nobody can tell. */
    boolean lateDeletes;

    Weather(Random random) {
        this.random = random;
    }

    void clear() {
        rate = 0;
        down = false;
        readOnly = false;
    }

    @Override
    public Decision decide(Operation operation, String key) {
        return new Decision(fault(operation), millis(1, 8), millis(1, 8));
    }

    private Fault fault(Operation operation) {
        if (down) {
            return random.nextBoolean() ? new Fault.Refused(true) : new Fault.LostRequest();
        }
        if (readOnly && operation != Operation.GET && operation != Operation.LIST) {
            return new Fault.Refused(true);
        }
        if (lateDeletes && operation == Operation.DELETE) {
            return new Fault.DelayedEffect(millis(3_000, 4_000));
        }
        if (random.nextDouble() >= rate) {
            return new Fault.None();
        }
        int dice = random.nextInt(4);
        if (dice == 0) {
            return new Fault.Refused(true);
        }
        if (dice == 1) {
            return new Fault.LostResponse();
        }
        return dice == 2 || operation == Operation.CREATE
                ? new Fault.LostRequest()
                : new Fault.DelayedEffect(millis(10, 4_000));
    }

    private Duration millis(int low, int high) {
        return Duration.ofNanos((low + random.nextInt(high - low)) * 1_000_000L + random.nextInt(1_000_000));
    }
}
