package io.durableserver.ignite.state;

import io.durableserver.Registration;
import io.durableserver.ignite.NodeState;
import io.durableserver.ignite.NodeState.Phase;
import io.durableserver.ignite.NodeState.Trouble;
import io.durableserver.ignite.base.Daemons;
import io.durableserver.spi.NodeEvent;
import io.durableserver.spi.RuntimeEvent;
import io.durableserver.spi.TimeSource;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The state of a node, put together from what its parts say, and its listeners. Thread-safe. */
public final class StateBoard {
    /** A listener that is registered twice is told twice, and removed once. */
    private static final class Listening {
        private final Consumer<NodeState> listener;

        private Listening(Consumer<NodeState> listener) {
            this.listener = listener;
        }
    }

    private record Condition(boolean ready, String cause) {}

    private final TimeSource time;
    private final Consumer<RuntimeEvent> facts;
    private final ExecutorService thread = Daemons.pool("durable-state", 1);
    private final List<Listening> listeners = new CopyOnWriteArrayList<>();
    private final Map<String, Condition> prefixes = new TreeMap<>();
    private final Map<String, String> alarms = new TreeMap<>();
    private boolean served;
    /** Set while the node is not in a cluster; empty text otherwise. */
    private @Nullable Phase away;

    private String awayBecause = "";
    private Trouble trouble = Trouble.NONE;
    private volatile NodeState state;

    public StateBoard(TimeSource time, Consumer<RuntimeEvent> facts) {
        this.time = time;
        this.facts = facts;
        this.state = new NodeState(Phase.STARTING, false, now(), "", Trouble.NONE);
    }

    public NodeState state() {
        return state;
    }

    /** Tells a listener each change from now on, in order, on a thread of its own. */
    @SuppressWarnings("UnnecessaryMethodReference") // an object of its own is wanted
    public Registration listen(Consumer<NodeState> listener) {
        Listening one = new Listening(listener);
        listeners.add(one);
        return () -> listeners.remove(one);
    }

    /** The node joins, with these prefixes. */
    public synchronized void joining(Iterable<String> names) {
        prefixes.clear();
        names.forEach(name -> prefixes.put(name, new Condition(false, "")));
        alarms.clear();
        served = false;
        away = null;
        trouble = Trouble.NONE;
        become();
    }

    /** What is wrong beside the node, until it has joined again. */
    public synchronized void trouble(Trouble what) {
        trouble = what;
        become();
    }

    public synchronized void prefix(String name, boolean ready, String cause) {
        if (prefixes.replace(name, new Condition(ready, cause)) != null) {
            become();
        }
    }

    /** Something that is wrong while the node serves; an empty text ends it. */
    public synchronized void alarm(String name, String text) {
        if (text.isEmpty()) {
            alarms.remove(name);
        } else {
            alarms.put(name, text);
        }
        become();
    }

    /** Whether any of its prefixes takes requests. */
    public synchronized boolean serves() {
        return prefixes.values().stream().anyMatch(Condition::ready);
    }

    /** The node is in no cluster. */
    public synchronized void away(Phase phase, String cause) {
        away = phase;
        awayBecause = cause;
        become();
    }

    /** Tells one listener the last state, after all listeners have heard it. */
    public void last(Consumer<NodeState> who) {
        thread.execute(() -> tell(who, state));
    }

    private void become() {
        NodeState before = state;
        Phase phase;
        boolean ready = false;
        String cause;
        if (away != null) {
            phase = away;
            cause = awayBecause;
        } else {
            ready = prefixes.values().stream().allMatch(Condition::ready);
            served |= ready;
            phase = !served ? Phase.STARTING : ready && alarms.isEmpty() ? Phase.SERVING : Phase.DEGRADED;
            cause = causes();
        }
        if (phase == before.phase()
                && ready == before.ready()
                && cause.equals(before.cause())
                && trouble == before.trouble()) {
            return;
        }
        NodeState next = new NodeState(phase, ready, phase == before.phase() ? before.since() : now(), cause, trouble);
        state = next;
        if (!listeners.isEmpty()) {
            tell(next);
        }
    }

    private String causes() {
        String notReady = prefixes.entrySet().stream()
                .filter(prefix -> !prefix.getValue().cause().isEmpty())
                .map(prefix -> prefix.getKey() + ": " + prefix.getValue().cause())
                .collect(Collectors.joining("; "));
        String wrong = String.join("; ", alarms.values());
        return notReady.isEmpty() || wrong.isEmpty() ? notReady + wrong : notReady + "; " + wrong;
    }

    private void tell(NodeState next) {
        try {
            thread.execute(() -> listeners.forEach(one -> tell(one.listener, next)));
        } catch (RejectedExecutionException e) {
            // The node is over: no listener is told any more.
        }
    }

    private void tell(Consumer<NodeState> listener, NodeState next) {
        try {
            listener.accept(next);
        } catch (Throwable e) {
            // Whatever it is: the others are told all the same.
            facts.accept(new NodeEvent.Defect("a listener to the state of a node failed", e));
        }
    }

    private Instant now() {
        return Instant.ofEpochMilli(time.wallMillis());
    }
}
