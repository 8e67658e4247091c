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
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One server on this node, from start to end. At most one thread at a time is inside ({@code busy}): it runs signals of
 * the runtime first, then turns, a batch at a time. Whoever finds it idle may enter: the executor, or a blocked caller
 * that runs its own call in place.
 *
 * @param <S> the state type
 */
public final class Activation<S> implements Turn.Owner, BackgroundSync.Dirty {
    static final Logger LOG = LoggerFactory.getLogger(Activation.class);
    private static final VarHandle BUSY;

    static {
        try {
            BUSY = MethodHandles.lookup().findVarHandle(Activation.class, "busy", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final NodeScope node;
    final String key;
    final Durability durability = new Durability();
    final Signals signals = new Signals();
    final Inside inside = new Inside();
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

    @SuppressWarnings("UnusedVariable") // through BUSY
    private volatile int busy = 1;

    private final GateWait wait = new GateWait(this);

    @Nullable
    Object continuation;

    @Nullable
    IdleTimer<S> idle;

    private @Nullable OpenReplies openReplies;

    /** A new activation, entered by whoever makes it. */
    Activation(NodeScope node, TypeRegistry types, RegisteredType<S> type, String key) {
        this.node = node;
        this.types = types;
        this.type = type;
        this.key = key;
        this.policy = type.type().syncPolicy();
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

    /** Made when it is first needed: most servers answer at once. */
    OpenReplies openReplies() {
        if (openReplies == null) {
            openReplies = new OpenReplies();
        }
        return openReplies;
    }

    boolean hasOpenReplies() {
        return openReplies != null;
    }

    /** Tells those who are answered later that they will not be; false when there are none. */
    boolean endOpenReplies(DurableServerException error) {
        return openReplies != null && openReplies.endAll(error);
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
        wake();
        return Offer.ACCEPTED;
    }

    /** Runs a task of the runtime on the server's thread, ahead of its mail; any thread. */
    void signal(Runnable task) {
        signals.add(task);
        if (!wait.wake()) {
            wake();
        }
    }

    /**
     * As {@link #signal}, for what must not come into the middle of a turn: user code, and a stop in good order. When the
     * turn waits for its store, it is put off until the turn is done.
     */
    void signalBetweenTurns(Runnable task) {
        signal(() -> wait.between(task));
    }

    private void wake() {
        if ((int) BUSY.getVolatile(this) == 0 && BUSY.compareAndSet(this, 0, 1)) {
            schedule();
        }
    }

    /** Goes on when something became possible that was not before. */
    void wakeIfWork() {
        if (hasWork()) {
            wake();
        }
    }

    private void schedule() {
        try {
            node.scheduler().turns().execute(this::run);
        } catch (RejectedExecutionException e) {
            LOG.debug("{}: the node is closed", key, e);
        } catch (RuntimeException | Error failure) {
            BUSY.setVolatile(this, 0); // nobody comes; the next message tries again
            throw failure;
        }
    }

    /** Leaves; somebody else goes on when there is something to do. The creator leaves with this as well. */
    void leave() {
        BUSY.setVolatile(this, 0);
        wakeIfWork();
    }

    boolean hasMail() {
        return !mailbox.isEmpty();
    }

    private boolean hasWork() {
        return !signals.isEmpty()
                || switch (phase) {
                    case STARTING, STOPPING -> false;
                    case RUNNING -> (continuation != null || !mailbox.isEmpty()) && hasRoom();
                    case LOST, STOPPED -> !mailbox.isEmpty();
                };
    }

    /** Too many outputs wait for the store: no further turns until some left (P7). */
    private boolean hasRoom() {
        return durability.isQuiet()
                || durability.heldCount() < node.config().limits().gatedOutputs();
    }

    private void run() {
        Borrowed thread = Borrowed.forEntry(type.classLoader());
        try {
            inside.enter(false);
            runBatch();
            if (phase == Phase.STOPPED) {
                mail.turnAway(key);
            } else if (phase == Phase.LOST && hasMail()) {
                Loss.tellMail(this);
            }
        } catch (RuntimeException | Error defect) {
            stopping.defect(defect);
        } finally {
            inside.leave();
            thread.endEntry();
            leave();
        }
    }

    private void runBatch() {
        signals.drain();
        int turns = node.config().limits().turnBatch();
        while (turns-- > 0 && phase == Phase.RUNNING && hasRoom() && runNext()) {
            signals.drain();
        }
    }

    private boolean runNext() {
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
        if (phase != Phase.RUNNING || !BUSY.compareAndSet(this, 0, 1)) {
            return false;
        }
        Borrowed thread = Borrowed.fromCaller(type.classLoader());
        boolean began = false;
        try {
            inside.enter(true);
            runBatch();
            if (phase != Phase.RUNNING || continuation != null || !mailbox.isEmpty() || !hasRoom()) {
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
        signals.add(() -> {
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
