package io.durableserver.runtime.activation;

import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException;
import io.durableserver.SyncPolicy;
import io.durableserver.runtime.mailbox.Envelope;
import io.durableserver.runtime.mailbox.Mailbox;
import io.durableserver.runtime.sync.BackgroundSync;
import io.durableserver.runtime.sync.Durability;
import io.durableserver.runtime.turn.Borrowed;
import io.durableserver.runtime.turn.Output;
import io.durableserver.runtime.turn.RegisteredType;
import io.durableserver.runtime.turn.Turn;
import io.durableserver.runtime.turn.TypeRegistry;
import io.durableserver.runtime.turn.UserCode;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One server on this node, from start to end. At most one thread at a time is inside, see {@link Entrance}: it runs signals of
 * the runtime first, then turns, a batch at a time. While a turn stays open, only parts of it run.
 *
 * @param <S> the state type
 */
public final class Activation<S> implements Turn.Owner, Entrance.Work, BackgroundSync.Dirty {
    static final Logger LOG = LoggerFactory.getLogger(Activation.class);

    final NodeScope node;
    final String key;
    final Durability durability = new Durability();
    final Entrance entrance;
    final Inside inside;
    final OpenReplies openReplies = new OpenReplies();
    final Timers timers;
    final Writes<S> writes;
    final TypeRegistry types;
    final Mail mail;
    private final Mailbox mailbox;
    private final Stopping<S> stopping;

    RegisteredType<S> type;

    @Nullable
    UserCode<S> code;

    @Nullable
    S state;

    @Nullable
    Context<S> context;

    SyncPolicy policy;
    volatile Phase phase = Phase.STARTING;
    private volatile boolean claiming;

    private final GateWait wait = new GateWait(this);
    private volatile @Nullable OpenTurn<S> open;

    @Nullable
    Object continuation;

    @Nullable
    IdleTimer<S> idle;

    /** A new activation, entered by whoever makes it. */
    Activation(NodeScope node, TypeRegistry types, RegisteredType<S> type, String key) {
        this.node = node;
        this.types = types;
        this.type = type;
        this.key = key;
        this.policy = type.type().syncPolicy();
        this.entrance = new Entrance(key, node.scheduler().turns(), this);
        this.inside = entrance.inside();
        this.mail = new Mail(node.config().limits().mailboxCapacity());
        this.mailbox = mail.box();
        this.timers = new Timers(key, node.config().limits().timers());
        this.writes = new Writes<>(this);
        this.stopping = new Stopping<>(this);
    }

    @Override
    public String key() {
        return key;
    }

    public String typeName() {
        return type.name();
    }

    /** From here on a claim may be on its way to the store, or stored without our knowing. */
    void beginClaim() {
        claiming = true;
    }

    boolean owns() {
        return phase == Phase.STARTING ? claiming : phase != Phase.STOPPED;
    }

    public boolean isRunning() {
        return phase == Phase.RUNNING;
    }

    UserCode<S> code() {
        return Objects.requireNonNull(code);
    }

    S state() {
        return Objects.requireNonNull(state);
    }

    Context<S> context() {
        return Objects.requireNonNull(context);
    }

    /** Whether the state may be stored: while it is served, and for what user code asks on the way out. */
    boolean mayWrite() {
        return phase == Phase.RUNNING || stopping.isTerminating();
    }

    /** Lets go of everything the application made: whoever still holds this holds nothing of a server that ended. */
    void release() {
        timers.close();
        if (idle != null) {
            idle.cancel();
        }
        node.background().forget(this);
        continuation = null;
        state = null;
        code = null;
        writes.release();
    }

    // Entering and leaving.

    /** Offers a message; any thread. */
    public Offer offer(Envelope envelope) {
        if (phase.compareTo(Phase.STOPPING) >= 0) {
            return Offer.NOT_HERE;
        }
        if (!mailbox.offer(envelope)) {
            return Offer.FULL;
        }
        entrance.wake();
        return Offer.ACCEPTED;
    }

    /** Runs a task of the runtime on the server's thread, ahead of its mail; any thread. */
    void signal(Runnable task) {
        entrance.add(task);
        if (!wait.wake()) {
            entrance.wake();
        }
    }

    /**
     * As {@link #signal}, for what must not come into the middle of a turn: user code, and a stop in good order. While a turn
     * waits for its store or stays open, it is put off until the turn is done.
     */
    void signalBetweenTurns(Runnable task) {
        signal(() -> wait.between(task));
    }

    /** As {@link #signal}, for what must not come into the middle of a part of a turn. */
    void signalBetweenParts(Runnable task) {
        signal(() -> wait.betweenParts(task));
    }

    /** Goes on when something became possible that was not before. */
    void wakeIfWork() {
        entrance.wakeIfWork();
    }

    /** Leaves; another thread goes on when there is something to do. The creator leaves with this as well. */
    void leave() {
        entrance.leave();
    }

    // A turn that stays open.

    void opened(OpenTurn<S> turn) {
        open = turn;
    }

    /** The open turn is over. */
    void closed() {
        open = null;
        wait.release();
    }

    /** The server ends in the middle of it, if a turn is open. */
    void cancelOpenTurn(DurableServerException error) {
        OpenTurn<S> turn = open;
        if (turn != null) {
            turn.cancel(error);
        }
    }

    /**
     * Does not wait for the result of a turn that is open any longer: nothing of it counts, and the server goes on. Any thread.
     */
    void abandonOpenTurn(String why) {
        signalBetweenParts(() -> {
            OpenTurn<S> turn = open;
            if (turn != null) {
                turn.abandon(why);
            }
        });
    }

    /** The turn whose result comes later; null when none is open. Any thread. */
    @Nullable
    OpenTurn<S> open() {
        return open;
    }

    boolean hasMail() {
        return !mailbox.isEmpty();
    }

    @Override
    public boolean isThere() {
        OpenTurn<S> turn = open;
        return switch (phase) {
            case STARTING, STOPPING -> false;
            case RUNNING -> turn != null ? turn.hasParts() : (continuation != null || !mailbox.isEmpty()) && hasRoom();
            case LOST, STOPPED -> !mailbox.isEmpty();
        };
    }

    @Override
    public ClassLoader loader() {
        return type.classLoader();
    }

    @Override
    public void defect(Throwable defect) {
        stopping.defect(defect);
    }

    /** Too many outputs wait for the store: no further turns until some left (P7). */
    private boolean hasRoom() {
        return durability.isQuiet()
                || durability.heldCount() < node.config().limits().gatedOutputs();
    }

    @Override
    public void doSome() {
        runBatch();
        if (phase == Phase.STOPPED) {
            mail.turnAway(key);
        } else if (phase == Phase.LOST && hasMail()) {
            Loss.tellMail(this);
        }
    }

    private void runBatch() {
        entrance.runSignals();
        int turns = node.config().limits().turnBatch();
        while (turns-- > 0 && phase == Phase.RUNNING && runNext()) {
            entrance.runSignals();
        }
    }

    private boolean runNext() {
        OpenTurn<S> turn = open;
        if (turn != null) {
            return turn.runPart();
        }
        if (!hasRoom()) {
            return false;
        }
        Object next = continuation;
        if (next != null) {
            continuation = null;
            Turns.goOn(this, next);
            return true;
        }
        Envelope envelope = mail.poll();
        if (envelope == null) {
            return false;
        }
        Turns.run(this, envelope);
        return true;
    }

    /**
     * Runs a call on the caller's own thread when no other thread is inside, after the mail that came before it: under
     * load callers serve each other instead of waking a thread each. False when another thread is inside or a batch of
     * mail was not enough: then the call did not run. The caller must not be inside a turn. Only for types whose handlers
     * never block, see {@link io.durableserver.ServerType#inPlace}.
     */
    public boolean tryInline(Envelope envelope) {
        if (phase != Phase.RUNNING || open != null || !entrance.tryEnter()) {
            return false;
        }
        Borrowed thread = Borrowed.fromCaller(type.classLoader());
        boolean began = false;
        try {
            inside.enter(true);
            runBatch();
            if (phase != Phase.RUNNING || open != null || continuation != null || !mailbox.isEmpty() || !hasRoom()) {
                return false;
            }
            began = true;
            Turns.run(this, envelope);
            return true;
        } catch (RuntimeException | Error defect) {
            stopping.defect(defect);
            return began; // else it was another's turn that failed, and this call goes into the mailbox
        } finally {
            inside.leave();
            thread.toCaller();
            leave();
        }
    }

    /** Why a message was not taken. */
    public NotAppliedException refused(Offer offer) {
        return Refusals.refused(this, offer, mailbox.size());
    }

    /** The first thread leaves: from now on the server runs by itself. */
    void leaveStarted(boolean changed) {
        entrance.add(() -> {
            writes.beginIfWanted();
            if (changed) {
                TurnEnd.backgroundSync(this);
            }
        });
        leave();
    }

    /** Asks for a first turn with this message. */
    void continueWith(@Nullable Object message) {
        continuation = message;
    }

    CompletionStage<Void> unpublish() {
        Published entry = writes.published();
        return entry == null ? CompletableFuture.completedFuture(null) : entry.remove();
    }

    // Stopping and syncing, asked for from outside.

    Stopping<S> stopping() {
        return stopping;
    }

    /**
     * Stops serving without storing anything: the lease ran out or was lost. Any thread. Completes with why its last state
     * is not stored, empty when it is.
     */
    public CompletionStage<Optional<DurableServerException>> fence() {
        return stopping.requestFence();
    }

    @Override
    public void syncDue() {
        signalBetweenTurns(() -> {
            if (phase == Phase.RUNNING && durability.isDirty()) {
                if (type.type().isMutableState()) {
                    writes.snapshot();
                }
                durability.demandBehind();
                writes.beginIfWanted();
            }
        });
    }

    /** Whether all turns so far are stored; a server that stopped has nothing that will be. Any thread. */
    public CompletionStage<Boolean> isStored() {
        CompletableFuture<Boolean> stored = new CompletableFuture<>();
        signalBetweenTurns(
                () -> stored.complete(phase == Phase.STOPPED || !(durability.isDirty() || durability.isInFlight())));
        return stored;
    }

    @Override
    public long awaitGate(long nanos) {
        long deadlineNanos = node.time().nanoTime() + nanos;
        wait.await(deadlineNanos);
        return deadlineNanos - node.time().nanoTime();
    }

    /** Whether the server's thread waits for its writes; wakes it. */
    boolean isWaiting() {
        return wait.wake();
    }

    @Override
    public void gate(Output output) {
        wait.leave(output);
    }
}
