package io.durableserver.runtime.turn;

import io.durableserver.ConfigurationException;
import io.durableserver.Registration;
import io.durableserver.runtime.sync.Output;
import io.durableserver.runtime.wire.Origin;
import io.durableserver.runtime.wire.RequestTag;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The turn that runs on this thread: its server, the callers that wait for it, and what it wants to send. Messages sent inside a
 * turn gather here and leave when the turn is done and its gate opens (P3); a failed turn sends nothing.
 */
public final class Turn {
    /** The longest chain of servers that wait for each other. */
    public static final int MAX_CHAIN = 32;

    private static final ThreadLocal<@Nullable Turn> CURRENT = new ThreadLocal<>();

    /** What a running turn can ask of its server. */
    public interface Owner {
        String key();

        /**
         * Waits until all strict turns before this one are stored, for at most so long; on the turn's own thread. Returns how
         * much of the time is left.
         */
        long awaitGate(long nanos);

        /** Lets something out once all strict turns before this one are stored. */
        void gate(Output output);
    }

    /** Runs what user code chained on stages as parts of a turn that is open. */
    public interface Parts extends Executor {
        /**
         * As this, for tasks of the application: refuses them with {@link java.util.concurrent.RejectedExecutionException} when too many
         * wait (P7).
         */
        Executor forApplication();

        /** Runs a part after a delay on the node's clock; not when it is closed before. */
        Registration executeAfter(Duration delay, Runnable part);

        /**
         * Runs parts on the turn's own thread until a future has ended, for at most so long. Returns how much of the time is left.
         *
         * @throws InterruptedException when the thread is interrupted meanwhile
         */
        long runUntil(CompletableFuture<?> end, long nanos) throws InterruptedException;
    }

    private final @Nullable Owner owner;
    private final String key;
    /** What runs, when it may only compute. */
    private final @Nullable String pure;
    /** What to do instead, when this stands for a turn on a thread that is not its own. */
    private final @Nullable String instead;

    /** The origin of the message that this turn handles. */
    private final Origin origin;

    private @Nullable Turn around;
    private @Nullable List<Output> outputs;
    /** What takes back what this turn did to its own server at once. */
    private @Nullable List<Runnable> undo;

    private @Nullable Parts parts;

    /** A turn that has not begun, of the message that comes from there. */
    public Turn(Owner owner, Origin origin) {
        this(owner, owner.key(), null, null, origin);
    }

    /**
     * A turn that has not begun, of no message.
     *
     * @param waiting the keys of the servers that wait for this turn, outermost first
     */
    public Turn(Owner owner, List<String> waiting) {
        this(owner, Origin.waitedForBy(waiting));
    }

    private Turn(@Nullable Owner owner, String key, @Nullable String pure, @Nullable String instead, Origin origin) {
        this.owner = owner;
        this.key = key;
        this.pure = pure;
        this.instead = instead;
        this.origin = origin;
    }

    /** A turn of code that only computes: whatever it asks of a turn is refused. */
    static Turn pure(String where, String key) {
        return new Turn(null, key, where, null, Origin.NONE);
    }

    /** Stands for a turn that has ended, where what user code chained on its stages still runs: it may not ask, tell or wait. */
    public static Turn over(String key) {
        return new Turn(null, key, null, null, Origin.NONE);
    }

    /**
     * Stands for this turn on threads that are not its own: it may not ask, tell or wait there, which would be done outside of
     * the turn.
     *
     * @param instead what to do instead, as a sentence for its author
     */
    public Turn apart(String instead) {
        return new Turn(owner, key, null, instead, origin);
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

    /** The origin of a request that is made on this thread now and has a reply; its deadline is still to be set. */
    public static Origin originHere() {
        Turn turn = CURRENT.get();
        return turn == null ? Origin.NONE : new Origin(turn.chain(), 0, RequestTag.NONE, turn.headers());
    }

    /** The headers that go on with what is sent on this thread now; empty outside a turn. */
    public static Map<String, String> headersHere() {
        Turn turn = CURRENT.get();
        return turn == null ? Map.of() : turn.headers();
    }

    /** The turn that runs on this thread, or null: not one that {@link #apart} stands for. */
    static @Nullable Turn running() {
        Turn turn = CURRENT.get();
        return turn == null || turn.instead != null ? null : turn;
    }

    /**
     * From now on this thread runs that turn, or none. For those whose ways in and out do not nest.
     *
     * @return what it ran before
     */
    public static @Nullable Turn replace(@Nullable Turn turn) {
        Turn before = CURRENT.get();
        CURRENT.set(turn);
        return before;
    }

    /** Makes this thread run this turn; the one it ran before, if any, goes on at {@link #exit}. */
    public Turn enter() {
        around = CURRENT.get();
        CURRENT.set(this);
        return this;
    }

    public void exit() {
        CURRENT.set(around);
        around = null;
    }

    /** Throws when what runs in this turn may only compute, and when the turn has ended. */
    public void mayAct() {
        if (pure != null) {
            throw new ConfigurationException(
                    ConfigurationException.Reason.NOT_ALLOWED_HERE,
                    "This code may only compute: it may ask, tell and wait for nobody",
                    Map.of("key", key, "where", pure));
        }
        if (isOver()) {
            throw new ConfigurationException(
                    ConfigurationException.Reason.NOT_ALLOWED_HERE,
                    "The turn that this belonged to is over: it may ask, tell and wait for nobody any more",
                    Map.of("key", key));
        }
        if (instead != null) {
            throw new ConfigurationException(
                    ConfigurationException.Reason.NOT_ALLOWED_HERE,
                    "This is not the thread of the turn that the code belongs to: " + instead,
                    Map.of("key", key));
        }
    }

    /** Whether it has ended, and this code only finishes on its own. */
    public boolean isOver() {
        return owner == null && pure == null;
    }

    /** The turn may stay open; its further parts run there. */
    public void opens(Parts there) {
        parts = there;
    }

    /** The executor of further parts of this turn; null when it ends with its handler. */
    public @Nullable Parts parts() {
        return parts;
    }

    /** The executor that ends stages made in this turn: as parts of it, or apart from it when it ends with its handler. */
    public Executor stages(Executor apart) {
        return parts == null ? apart : parts;
    }

    /** The keys of the servers that wait for this turn, outermost first. */
    public List<String> waiting() {
        return origin.chain();
    }

    /** The headers of the message that this turn handles; empty when it handles none. */
    public Map<String, String> headers() {
        return origin.headers();
    }

    /** Whether it is a turn of this server: not of another one, nor of code that only computes. */
    public boolean isOf(Owner server) {
        return owner == server;
    }

    /** The key of the server. */
    public String key() {
        return key;
    }

    /** The origin of this turn's message; {@link Origin#NONE} when it handles none. */
    public Origin origin() {
        return origin;
    }

    public Owner owner() {
        mayAct();
        return Objects.requireNonNull(owner);
    }

    /** The servers that would wait for a call made now: those that wait for this turn, and this one. */
    public List<String> chain() {
        mayAct();
        List<String> waiting = origin.chain();
        if (waiting.isEmpty()) {
            return List.of(key);
        }
        String[] chain = waiting.toArray(new String[waiting.size() + 1]);
        chain[waiting.size()] = key;
        return List.of(chain);
    }

    /** Keeps an output until the turn is done. */
    public void add(Output output) {
        mayAct();
        if (outputs == null) {
            outputs = new ArrayList<>(4);
        }
        outputs.add(output);
    }

    /** Something of this turn took effect at once; this takes it back when the turn refuses its message. */
    public void onTakeBack(Runnable step) {
        if (undo == null) {
            undo = new ArrayList<>(2);
        }
        undo.add(step);
    }

    /** Takes an output back before it left. */
    @SuppressWarnings("ReferenceEquality") // this one, not one like it
    public void remove(Output output) {
        if (outputs != null) {
            outputs.removeIf(each -> each == output);
        }
    }

    /** Takes back what took effect at once, the last first. */
    public void takeBack() {
        if (undo != null) {
            for (int i = undo.size() - 1; i >= 0; i--) {
                undo.get(i).run();
            }
            undo = null;
        }
    }

    /** The outputs of this turn, in order. */
    public List<Output> outputs() {
        return outputs == null ? List.of() : outputs;
    }
}
