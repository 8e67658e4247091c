package io.durableserver.runtime.activation;

import io.durableserver.ConfigurationException;
import io.durableserver.DurableServerException;
import io.durableserver.Next;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.Reply;
import io.durableserver.StopReason;
import io.durableserver.SyncInfo;
import io.durableserver.SyncPolicy;
import io.durableserver.runtime.mailbox.Envelope;
import io.durableserver.runtime.mailbox.Mailbox;
import io.durableserver.runtime.mailbox.ReplySink;
import io.durableserver.runtime.sync.BackgroundSync;
import io.durableserver.runtime.sync.Demand;
import io.durableserver.runtime.sync.Durability;
import io.durableserver.runtime.turn.Output;
import io.durableserver.runtime.turn.RegisteredType;
import io.durableserver.runtime.turn.Slot;
import io.durableserver.runtime.turn.Turn;
import io.durableserver.runtime.turn.TypeRegistry;
import io.durableserver.runtime.turn.UserCode;
import io.durableserver.runtime.turn.UserFailure;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One server on this node, from start to end. At most one thread at a time is inside ({@code busy}): it runs signals of
 * the runtime first, then turns, a batch at a time. Whoever finds it idle may enter: the executor, or a blocked caller
 * that runs its own call in place.
 *
 * <p>Phases only go forward: STARTING, RUNNING, STOPPING, STOPPED. A stopped activation answers what is left in its
 * mailbox with "not here".
 *
 * @param <S> the state type
 */
public final class Activation<S> implements Turn.Owner, BackgroundSync.Dirty {
    enum Phase {
        STARTING,
        RUNNING,
        STOPPING,
        STOPPED
    }

    /** What became of a message that was offered. */
    public enum Offer {
        ACCEPTED,
        FULL,
        NOT_HERE
    }

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
    final Writes<S> writes;
    private final TypeRegistry types;
    private final Mailbox mailbox;
    private final Stopping<S> stopping;

    RegisteredType<S> type;
    @Nullable UserCode<S> code;
    @Nullable S state;
    @Nullable Context<S> context;
    SyncPolicy policy;
    volatile Phase phase = Phase.STARTING;

    @SuppressWarnings("UnusedVariable") // through BUSY
    private volatile int busy = 1;

    private volatile @Nullable Thread waiter;
    private @Nullable Object continuation;
    private @Nullable IdleTimer<S> idle;

    /** A new activation, entered by whoever makes it. */
    Activation(NodeScope node, TypeRegistry types, RegisteredType<S> type, String key) {
        this.node = node;
        this.types = types;
        this.type = type;
        this.key = key;
        this.policy = type.type().syncPolicy();
        this.mailbox = new Mailbox(node.config().limits().mailboxCapacity());
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
        Thread waiting = waiter;
        if (waiting != null) {
            LockSupport.unpark(waiting);
        } else {
            wake();
        }
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
        }
    }

    /** Leaves; somebody else goes on when there is something to do. The creator leaves with this as well. */
    void leave() {
        BUSY.setVolatile(this, 0);
        wakeIfWork();
    }

    private boolean hasWork() {
        return !signals.isEmpty()
                || switch (phase) {
                    case STARTING, STOPPING -> false;
                    case RUNNING -> (continuation != null || !mailbox.isEmpty()) && hasRoom();
                    case STOPPED -> !mailbox.isEmpty();
                };
    }

    /** Too many outputs wait for the store: no further turns until some left (P7). */
    private boolean hasRoom() {
        return durability.isQuiet()
                || durability.heldCount() < node.config().limits().gatedOutputs();
    }

    private void run() {
        try {
            signals.drain();
            int turns = node.config().limits().turnBatch();
            while (turns-- > 0 && phase == Phase.RUNNING && hasRoom()) {
                if (!runNext()) {
                    break;
                }
                signals.drain();
            }
            if (phase == Phase.STOPPED) {
                turnAway();
            }
        } catch (RuntimeException | Error defect) {
            LOG.error("{}: the activation failed and stops without storing", key, defect);
            stopping.die(new NotAppliedException(Reason.STOPPED, "The server failed", Map.of("key", key), defect));
        } finally {
            leave();
        }
    }

    private boolean runNext() {
        Object next = continuation;
        if (next != null) {
            continuation = null;
            Slot slot = type.table().continuation(next.getClass());
            if (slot == null) {
                stopping.crash(new UserFailure("A continuation", noHandler(next)), null);
            } else {
                runTurn(Envelope.oneWay(slot, next));
            }
            return true;
        }
        Envelope envelope = mailbox.poll();
        if (envelope == null) {
            return false;
        }
        runTurn(envelope);
        return true;
    }

    void turnAway() {
        for (Envelope left = mailbox.poll(); left != null; left = mailbox.poll()) {
            ReplySink sink = left.sink();
            if (sink != null) {
                sink.notHere();
            }
        }
    }

    /**
     * Runs a call on the caller's own thread when the server is idle. False when it is not: then nothing happened. The
     * caller must not be inside a turn.
     */
    public boolean tryInline(Envelope envelope) {
        if (phase != Phase.RUNNING || !BUSY.compareAndSet(this, 0, 1)) {
            return false;
        }
        try {
            if (phase != Phase.RUNNING
                    || continuation != null
                    || !signals.isEmpty()
                    || !mailbox.isEmpty()
                    || !hasRoom()) {
                return false;
            }
            runTurn(envelope);
            return true;
        } catch (RuntimeException | Error defect) {
            LOG.error("{}: the activation failed and stops without storing", key, defect);
            stopping.die(new NotAppliedException(Reason.STOPPED, "The server failed", Map.of("key", key), defect));
            return true;
        } finally {
            leave();
        }
    }

    // Turns. Everything below runs on the server's thread.

    void runTurn(Envelope envelope) {
        ReplySink sink = envelope.sink();
        long now = node.time().nanoTime();
        if (!node.lease().isValid(now)) {
            stopping.fence();
            if (sink != null) {
                sink.notHere();
            }
            return;
        }
        if (sink != null) {
            if (now - envelope.deadlineNanos() >= 0) {
                sink.failure(new NotAppliedException(
                        Reason.DEADLINE_BEFORE_START, "The deadline passed in the mailbox", Map.of("key", key)));
                return;
            }
            if (!sink.begin()) {
                return;
            }
        }
        if (idle != null) {
            idle.cancel();
        }
        Slot slot = envelope.slot();
        Turn turn = new Turn(this, envelope.chain());
        Next<S> next;
        turn.enter();
        try {
            next = upgraded().handle(slot, state(), envelope.message(), deferred(slot, sink));
        } catch (UserFailure failure) {
            stopping.crash(failure, sink);
            return;
        } finally {
            turn.exit();
        }
        finish(next, turn, slot, sink);
    }

    private @Nullable Deferred<S> deferred(Slot slot, @Nullable ReplySink sink) {
        return slot.kind() == Slot.Kind.DEFERRED && sink != null ? new Deferred<>(this, sink, slot) : null;
    }

    /** The code of the newest version of the type; a live state is carried over when it changed. */
    private UserCode<S> upgraded() {
        @SuppressWarnings("unchecked") // the registry replaces a type only by one with the same state class
        RegisteredType<S> newest = (RegisteredType<S>) types.get(type.name());
        if (newest != type) {
            UserCode<S> fresh = newest.newInstance();
            fresh.bind(context());
            state = fresh.upgrade(type.type().version(), state());
            code = fresh;
            type = newest;
        }
        return code();
    }

    private void finish(Next<S> next, Turn turn, Slot slot, @Nullable ReplySink sink) {
        boolean changed = next.state() != state || type.type().isMutableState();
        state = next.state();
        Demand demand = demand(next, changed);
        StopReason stop = next.stopReason();
        Output answer = null;
        if (slot.kind() == Slot.Kind.CALL && sink != null) {
            Object value = ((Reply<?, ?>) next).value();
            answer = fits(value, slot)
                    ? new ReplyOutput(node, key, sink, slot, value)
                    : new FailureOutput(sink, wrongReply(value, slot));
        }
        long gate = durability.turnDone(changed, demand);
        for (Output output : turn.outputs()) {
            durability.leave(gate, output);
        }
        Map<String, String> metadata = next.newMetadata();
        if (metadata != null) {
            writes.metadata(metadata, gate);
        }
        if (stop != null) {
            stopping.begin(stop, answer);
            return;
        }
        if (answer != null) {
            durability.leave(gate, answer);
        }
        afterTurn(next, changed, demand);
    }

    private void afterTurn(Next<S> next, boolean changed, Demand demand) {
        continuation = next.continuation();
        if (next.idleTimeout() != null) {
            idle = idle == null ? new IdleTimer<>(this) : idle;
            idle.arm(next.idleTimeout());
        }
        if (next.hibernates()) {
            writes.forgetSnapshot();
        }
        if (changed && type.type().isMutableState() && demand != Demand.NONE) {
            writes.snapshot();
        }
        writes.beginIfWanted();
        if (changed && demand == Demand.NONE && !policy.interval().isZero()) {
            node.background().dirty(this, policy.interval());
        }
    }

    private Demand demand(Next<S> next, boolean changed) {
        return switch (next.syncMode()) {
            case STRICT -> Demand.STRICT;
            case FORCED -> Demand.FORCED;
            case POLICY ->
                !changed
                        ? Demand.NONE
                        : switch (policy.mode()) {
                            case MANUAL -> Demand.NONE;
                            case ON_CHANGE -> Demand.BEHIND;
                            case STRICT -> Demand.STRICT;
                        };
        };
    }

    static boolean fits(@Nullable Object value, Slot slot) {
        return value == null || !(slot.replyType() instanceof Class<?> type) || type.isInstance(value);
    }

    DurableServerException wrongReply(@Nullable Object value, Slot slot) {
        return new ConfigurationException(
                ConfigurationException.Reason.WRONG_REPLY_TYPE,
                "The reply is not of the type its call declares; the turn itself was applied",
                Map.of(
                        "key", key,
                        "message", slot.wireName(),
                        "value", value == null ? "null" : value.getClass().getName(),
                        "bound", slot.replyType().getTypeName()));
    }

    NotAppliedException noHandler(Object message) {
        return new NotAppliedException(
                Reason.NO_HANDLER,
                "The server has no handler for this message",
                Map.of("key", key, "type", type.name(), "message", message.getClass().getName()));
    }

    /** Why a message was not taken. */
    public NotAppliedException refused(Offer offer) {
        return offer == Offer.FULL
                ? new NotAppliedException(
                        Reason.MAILBOX_FULL,
                        "The mailbox is at its bound",
                        Map.of(
                                "key", key,
                                "option", "limits.mailboxCapacity",
                                "value", mailbox.size(),
                                "bound", node.config().limits().mailboxCapacity()))
                : new NotAppliedException(Reason.STOPPED, "The server stopped", Map.of("key", key));
    }

    /** The first thread leaves: from now on the server runs by itself. */
    void leaveStarted(boolean changed) {
        signals.add(() -> {
            writes.beginIfWanted();
            if (changed && !policy.interval().isZero()) {
                node.background().dirty(this, policy.interval());
            }
        });
        leave();
    }

    /** Asks for a first turn with this message. */
    void continueWith(@Nullable Object message) {
        continuation = message;
    }

    /** A write that stored a change is done. */
    void onSync(SyncInfo info, S stored) {
        if (phase == Phase.RUNNING) {
            try {
                S before = state();
                state = code().onSync(info, stored, before);
                if (state != before) {
                    durability.turnDone(true, Demand.NONE);
                }
            } catch (UserFailure failure) {
                stopping.crash(failure, null);
                return;
            }
        }
        writes.beginIfWanted();
        stopping.resumeIfPending();
    }

    CompletionStage<Void> unpublish() {
        Published entry = writes.published();
        return entry == null ? CompletableFuture.completedFuture(null) : entry.remove();
    }

    // Stopping and syncing, asked for from outside.

    Stopping<S> stopping() {
        return stopping;
    }

    /** Stops serving without storing anything: the lease ran out or was lost. Any thread. */
    public void fence() {
        signal(stopping::fence);
    }

    @Override
    public void syncDue() {
        signal(() -> {
            if (phase == Phase.RUNNING && durability.isDirty()) {
                if (type.type().isMutableState()) {
                    writes.snapshot();
                }
                durability.demandBehind();
                writes.beginIfWanted();
            }
        });
    }

    @Override
    public void awaitGate(long deadlineNanos) {
        waiter = Thread.currentThread();
        try {
            while (durability.gate() != 0) {
                signals.drain();
                if (phase != Phase.RUNNING) {
                    throw new NotAppliedException(
                            Reason.FENCED, "The calling server stopped while it waited for its store", Map.of("key", key));
                }
                writes.beginIfWanted();
                long left = deadlineNanos - node.time().nanoTime();
                if (left <= 0) {
                    throw new NotAppliedException(
                            Reason.DEADLINE_BEFORE_START,
                            "The calling server's own writes were not stored before the deadline",
                            Map.of("key", key));
                }
                if (durability.gate() != 0 && signals.isEmpty()) {
                    LockSupport.parkNanos(this, left);
                }
            }
        } finally {
            waiter = null;
        }
    }

    /** Whether the server's thread waits for its writes. */
    boolean isWaiting() {
        Thread waiting = waiter;
        if (waiting != null) {
            LockSupport.unpark(waiting);
        }
        return waiting != null;
    }

    @Override
    public void gate(Output output) {
        durability.leave(durability.gate(), output);
    }

}
