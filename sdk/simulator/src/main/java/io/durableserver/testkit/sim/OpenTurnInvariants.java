package io.durableserver.testkit.sim;

import io.durableserver.spi.Session;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * One turn at a time where turns stay open: while the stage of one has not ended, no other turn of its server begins before the
 * open one may be given up, and what was given up runs no further. By true time, which no node knows.
 */
public final class OpenTurnInvariants {
    /** A turn that stays open. */
    public static final class Open {
        private final String key;
        private final Session node;
        private final long epoch;
        private final long since;
        private boolean ended;
        private boolean overtaken;

        Open(String key, Session node, long epoch, long since) {
            this.key = key;
            this.node = node;
            this.epoch = epoch;
            this.since = since;
        }

        public String key() {
            return key;
        }

        public long epoch() {
            return epoch;
        }

        /** Whether another turn has begun before its stage ended: nothing of it may count any more. */
        public boolean isOvertaken() {
            return overtaken;
        }
    }

    private final Simulation simulation;
    private final long patienceNanos;
    private final Map<String, Open> opens = new HashMap<>();
    /** When the last turn of each server began: its process may have been held up before it came to {@link #opened}. */
    private final Map<String, Long> began = new HashMap<>();

    /** @param patience a turn is not given up before this much true time, unless its server ends */
    public OpenTurnInvariants(Simulation simulation, Duration patience) {
        this.simulation = simulation;
        this.patienceNanos = patience.toNanos();
    }

    /** A turn that stays open has begun; {@link #turnStarted} was told of it. */
    public Open opened(String key, Session node, long epoch) {
        Open open = new Open(key, node, epoch, began.getOrDefault(key, simulation.now()));
        simulation.trace("turn stays open", key, node);
        opens.put(key, open);
        return open;
    }

    /** A turn of a server begins. */
    public void turnStarted(String key, Session node, long epoch) {
        began.put(key, simulation.now());
        Open open = opens.get(key);
        if (open == null || !open.node.equals(node) || open.epoch != epoch) {
            return;
        }
        if (simulation.now() - open.since < patienceNanos) {
            simulation.fail("P4", "key " + key + ": " + node + " started a turn while another one was open");
        }
        open.overtaken = true;
        opens.remove(key);
    }

    /** A part of an open turn begins. */
    public void partStarted(Open open) {
        simulation.trace("part", open.key, open.node);
        if (open.overtaken) {
            simulation.fail(
                    "P4", "key " + open.key + ": " + open.node + " ran a part of a turn after another turn had begun");
        }
        if (open.ended) {
            simulation.fail("P4", "key " + open.key + ": " + open.node + " ran a part of a turn that had ended");
        }
    }

    /** The stage of an open turn is about to end. */
    public void ended(Open open) {
        open.ended = true;
        opens.remove(open.key, open);
    }

    /** The store removed the record of a server: epochs begin anew. */
    public void removed(String key) {
        opens.remove(key);
    }
}
