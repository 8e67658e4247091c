package io.durableserver.ignite.life;

import io.durableserver.ignite.NodeState.Phase;
import io.durableserver.ignite.WhenCutOff;
import io.durableserver.ignite.host.HostedPrefix;
import java.time.Duration;
import java.time.Instant;

/**
 * What an embedded node does when its Ignite node is lost, told to leave, or closed: pure steps, one thing at a time, for the shell
 * {@link Life}. Not thread-safe.
 */
final class LifeSteps {
    /** What happened. */
    sealed interface Event {
        /**
         * The session is over.
         *
         * @param why a sentence without its full stop
         * @param stops whether Ignite stops the node by itself
         */
        record Lost(String why, boolean stops) implements Event {}

        /** The node is to leave in good order and to join again, for this reason. */
        record StepDown(String why) implements Event {}

        /** Ignite has stopped the node, for a reason that is found out by leaving it. */
        record Gone() implements Event {}

        /** The Ignite node has stopped and was left, in this way. */
        record Stopped(Ending how) implements Event {}

        /** A pause is over. */
        record Due() implements Event {}

        /** An Ignite node has joined. */
        record Joined() implements Event {}

        /** No Ignite node could be started. */
        record Failed(String why) implements Event {}

        /** The owner of the node wants it to end. */
        record Close() implements Event {}
    }

    /** How an Ignite node ended. */
    enum Ending {
        /** It was stopped from outside. */
        ASKED,
        /** It was cut off from the cluster. */
        CUT_OFF,
        /** Something it cannot live without failed. */
        BROKEN
    }

    /** How to leave an Ignite node. */
    enum Leaving {
        /** Its servers are stored first. */
        IN_ORDER,
        /** Nothing is served there any more. */
        AT_ONCE,
        /** Ignite is at it already. */
        BY_ITSELF
    }

    /** What to do next; then the next event is waited for. */
    sealed interface Effect {
        record Wait() implements Effect {}

        /** Leaves the Ignite node, which ends with that. */
        record Leave(Leaving how) implements Effect {}

        record Pause(Duration time) implements Effect {}

        /**
         * Starts an Ignite node.
         *
         * @param alone whether it may begin a cluster of its own when no other node answers
         */
        record Join(boolean alone) implements Effect {}

        /**
         * All is over.
         *
         * @param exit whether to end the process
         */
        record End(boolean exit) implements Effect {}
    }

    private enum At {
        UP,
        LEAVING,
        PAUSING,
        JOINING,
        OVER
    }

    private static final String BROKEN = "Ignite stopped this node after a critical failure, which its log tells";
    private static final Effect WAIT = new Effect.Wait();
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    /** A node that is lost sooner than that after it joined goes on with the pauses it had come to. */
    private static final Duration STEADY = Duration.ofMinutes(1);

    private final WhenCutOff policy;
    private final Duration company;
    private At at = At.UP;
    private boolean closing;
    private boolean exits;
    private String why = "";
    private String progress = "";
    private Instant lostAt = Instant.EPOCH;
    private long lostNanos;
    private long joinedNanos;
    private int attempts;
    private String lastFailure = "";

    /** @param company how long a node that was lost looks for others before it begins a cluster of its own */
    LifeSteps(WhenCutOff policy, Duration company, long now) {
        this.policy = policy;
        this.company = company;
        this.joinedNanos = now;
    }

    /**
     * The next step.
     *
     * @param now monotonic nanoseconds
     * @param wall for people
     * @param random from 0 up to 1, for the length of a pause
     */
    Effect on(Event event, long now, Instant wall, double random) {
        if (event instanceof Event.Close) {
            return close();
        }
        return switch (at) {
            case UP -> up(event, now, wall);
            case LEAVING -> event instanceof Event.Stopped stopped ? left(stopped.how(), now, wall, random) : WAIT;
            case PAUSING -> event instanceof Event.Due ? join(now) : WAIT;
            case JOINING -> joining(event, now, random);
            case OVER -> WAIT;
        };
    }

    private Effect close() {
        if (at == At.OVER) {
            return WAIT;
        }
        closing = true;
        exits = false;
        return switch (at) {
            case UP -> leave(Leaving.IN_ORDER, "");
            case PAUSING -> end();
            // Leaving ends by itself; the shell interrupts a join.
            case LEAVING, JOINING, OVER -> WAIT;
        };
    }

    private Effect up(Event event, long now, Instant wall) {
        if (event instanceof Event.Lost lost) {
            lose(lost.why(), now, wall);
            return leave(
                    lost.stops() ? Leaving.BY_ITSELF : Leaving.AT_ONCE, goOn("when its old Ignite node has stopped"));
        }
        if (event instanceof Event.StepDown down && policy != WhenCutOff.STAY_DOWN) {
            lose(down.why(), now, wall);
            return leave(Leaving.IN_ORDER, goOn("when its servers have stopped"));
        }
        return event instanceof Event.Gone ? leave(Leaving.BY_ITSELF, "") : WAIT;
    }

    private void lose(String because, long now, Instant wall) {
        why = because;
        lostAt = wall;
        lostNanos = now;
        lastFailure = "";
        if (now - joinedNanos >= STEADY.toNanos()) {
            attempts = 0;
        }
        exits = policy == WhenCutOff.EXIT;
    }

    private String goOn(String when) {
        return switch (policy) {
            case RESTART -> "rejoining " + when;
            case STAY_DOWN -> "it stays down (whenCutOff is STAY_DOWN)";
            case EXIT -> "the process exits " + when + " (whenCutOff is EXIT)";
        };
    }

    private Effect leave(Leaving how, String then) {
        at = At.LEAVING;
        progress = then;
        return new Effect.Leave(how);
    }

    private Effect left(Ending how, long now, Instant wall, double random) {
        if (why.isEmpty() && !closing) {
            if (how == Ending.ASKED) {
                why = "Its Ignite node was stopped by Ignition.stop or Ignite.close";
                lostAt = wall;
                return over("");
            }
            lose(how == Ending.CUT_OFF ? HostedPrefix.CUT_OFF : BROKEN, now, wall);
        }
        return closing || policy != WhenCutOff.RESTART ? end() : pause(random);
    }

    private Effect end() {
        return over(closing ? "" : goOn("now"));
    }

    private Effect over(String then) {
        at = At.OVER;
        progress = then;
        return new Effect.End(exits);
    }

    private Effect pause(double random) {
        at = At.PAUSING;
        long longest = LONGEST_PAUSE.toMillis();
        long full = Math.min(longest, FIRST_PAUSE.toMillis() << Math.min(attempts, 10));
        // Half of it is chance: nodes that were lost together do not come back in step.
        Duration time = Duration.ofMillis(full / 2 + (long) (full / 2.0 * random));
        progress = "rejoining in " + time.toMillis() + " ms" + history();
        return new Effect.Pause(time);
    }

    private String history() {
        return lastFailure.isEmpty()
                ? ""
                : " (attempt " + (attempts + 1) + "; the last one failed: " + lastFailure + ")";
    }

    private Effect join(long now) {
        at = At.JOINING;
        progress = "rejoining now" + history();
        attempts++;
        return new Effect.Join(now - lostNanos >= company.toNanos());
    }

    private Effect joining(Event event, long now, double random) {
        if (event instanceof Event.Joined) {
            at = At.UP;
            joinedNanos = now;
            why = "";
            return closing ? leave(Leaving.IN_ORDER, "") : WAIT;
        }
        if (event instanceof Event.Failed failed) {
            lastFailure = failed.why();
            return closing ? end() : pause(random);
        }
        return WAIT;
    }

    boolean isOver() {
        return at == At.OVER;
    }

    /** How the node stands while it is not up, or is about to leave. */
    Phase phase() {
        if (at == At.OVER) {
            return Phase.STOPPED;
        }
        return closing ? Phase.DEGRADED : policy == WhenCutOff.RESTART ? Phase.REJOINING : Phase.STOPPED;
    }

    /** What happened, when, and what comes next; empty while that is not known. */
    String cause() {
        if (closing) {
            return at == At.OVER ? "The node is closed" : "The node is being closed";
        }
        return why.isEmpty() ? "" : why + " at " + lostAt + (progress.isEmpty() ? "" : "; " + progress);
    }
}
