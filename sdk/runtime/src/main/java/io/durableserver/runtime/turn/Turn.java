package io.durableserver.runtime.turn;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The turn that runs on this thread: who runs it, who waits for it, and what it wants to send. Messages sent inside a
 * turn gather here and leave when the turn is done and its gate opens (P3); a failed turn sends nothing.
 */
public final class Turn {
    /** The longest chain of servers that wait for each other. */
    public static final int MAX_CHAIN = 32;

    private static final ThreadLocal<@Nullable Turn> CURRENT = new ThreadLocal<>();

    /** What a running turn can ask of its server. */
    public interface Owner {
        String key();

        /** Waits until all strict turns before this one are stored; on the turn's own thread. */
        void awaitGate(long deadlineNanos);

        /** Lets something out once all strict turns before this one are stored. */
        void gate(Output output);
    }

    private final Owner owner;
    private final List<String> waiting;
    private @Nullable List<Output> outputs;

    /**
     * A turn that has not begun.
     *
     * @param waiting the keys of the servers that wait for this turn, outermost first
     */
    public Turn(Owner owner, List<String> waiting) {
        this.owner = owner;
        this.waiting = waiting;
    }

    /** The turn on this thread, or null. */
    public static @Nullable Turn current() {
        return CURRENT.get();
    }

    /** The servers that would wait for a request made on this thread now; empty outside a turn. */
    public static List<String> waitingHere() {
        Turn turn = CURRENT.get();
        return turn == null ? List.of() : turn.chain();
    }

    public Turn enter() {
        CURRENT.set(this);
        return this;
    }

    public void exit() {
        CURRENT.set(null);
    }

    public Owner owner() {
        return owner;
    }

    /** The servers that would wait for a call made now: those that wait for this turn, and this one. */
    public List<String> chain() {
        List<String> chain = new ArrayList<>(waiting.size() + 1);
        chain.addAll(waiting);
        chain.add(owner.key());
        return chain;
    }

    /** Keeps an output until the turn is done. */
    public void add(Output output) {
        if (outputs == null) {
            outputs = new ArrayList<>(4);
        }
        outputs.add(output);
    }

    /** The outputs of this turn, in order. */
    public List<Output> outputs() {
        return outputs == null ? List.of() : outputs;
    }
}
