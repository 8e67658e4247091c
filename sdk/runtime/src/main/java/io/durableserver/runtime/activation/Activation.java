package io.durableserver.runtime.activation;

import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException;
import io.durableserver.SyncInfo;
import io.durableserver.runtime.mailbox.Envelope;
import io.durableserver.runtime.ownership.ConditionalWrite.Outcome;
import io.durableserver.runtime.persistence.RecordKeeper;
import io.durableserver.runtime.server.NodeScope;
import io.durableserver.runtime.server.Offer;
import io.durableserver.runtime.server.Phase;
import io.durableserver.runtime.server.Refusals;
import io.durableserver.runtime.server.ServerState;
import io.durableserver.runtime.sync.Output;
import io.durableserver.runtime.turn.Borrowed;
import io.durableserver.runtime.turn.RegisteredType;
import io.durableserver.runtime.turn.Turn;
import io.durableserver.runtime.turn.TypeRegistry;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One server on this node, from start to end: composes its parts, none of which knows the whole. Inside is at most one thread at a
 * time, see {@link Entrance}: it runs signals of the runtime first, then turns, a batch at a time. While a turn stays open, only
 * parts of it run.
 *
 * @param <S> the state type
 */
public final class Activation<S> implements Turn.Owner, Entrance.Work, RecordKeeper.Listener<S>, Ends.Scope {
    final ServerState<S> server;
    final ServerThread thread;
    final RecordKeeper<S> keeper;
    final Mail mail;
    final Timers timers;
    final IdleTimer idle;
    final Ends ends;
    final Stopping<S> stopping;
    private final OpenReplies openReplies;
    private final Turns<S> turns;
    private final AfterWrite<S> afterWrite;
    private final GateWait gate;
    private final Consumer<Activation<?>> whenEnded;

    /**
     * A new activation, entered by the thread that makes it.
     *
     * @param whenEnded is told when nothing is left of it; any thread
     */
    Activation(
            NodeScope node, TypeRegistry types, RegisteredType<S> type, String key, Consumer<Activation<?>> whenEnded) {
        this.whenEnded = whenEnded;
        this.server = new ServerState<>(node, types, type, key);
        this.thread = new ServerThread(key, node.scheduler().turns(), this);
        this.openReplies = new OpenReplies(server.outputs);
        this.keeper = new RecordKeeper<>(server, this);
        this.mail = new Mail(server, thread);
        this.timers = new Timers(key, node.config().limits().timers());
        this.idle = new IdleTimer(server, thread, mail, this::runTurn);
        this.ends = new Ends(server, thread, mail, openReplies, this);
        this.stopping = new Stopping<>(server, thread, keeper, ends, this);
        Repeats<S> repeats = new Repeats<>(server, openReplies);
        this.turns = new Turns<>(
                server,
                thread,
                keeper,
                ends,
                new TurnResults<>(
                        server, keeper, ends, stopping, idle, new MeasuredTurn(server, mail), openReplies, repeats),
                openReplies,
                repeats,
                this);
        this.afterWrite = new AfterWrite<>(server, thread, keeper, ends, stopping, this);
        this.gate = new GateWait(server, thread, keeper, ends);
    }

    @Override
    public String key() {
        return server.key;
    }

    public String typeName() {
        return server.type.name();
    }

    Phase phase() {
        return server.phase();
    }

    public boolean isRunning() {
        return server.isRunning();
    }

    /** What user code sees of it. */
    Context context() {
        return new Context(server, keeper, mail, timers, this);
    }

    // Messages and turns.

    /** Offers a message; any thread. */
    public Offer offer(Envelope envelope) {
        return mail.offer(envelope);
    }

    /** Why a message was not taken. */
    public NotAppliedException refused(Offer offer) {
        return mail.refused(offer);
    }

    /** Runs a task of the runtime on the server's thread, ahead of its mail; any thread. */
    @Override
    public void signal(Runnable task) {
        thread.signal(task);
    }

    @Override
    public boolean isThere() {
        UnfinishedTurn open = thread.open();
        return switch (server.phase()) {
            case STARTING, STOPPING -> false;
            case RUNNING ->
                open != null ? open.hasParts() : (server.continuation != null || !mail.isEmpty()) && server.hasRoom();
            case LOST, STOPPED -> !mail.isEmpty();
        };
    }

    @Override
    public ClassLoader loader() {
        return server.type.classLoader();
    }

    @Override
    public void doSome() {
        runBatch();
        if (server.steps.isStopped()) {
            mail.turnAway();
        } else if (server.phase() == Phase.LOST && !mail.isEmpty()) {
            ends.tellMailOfLoss();
        }
    }

    private void runBatch() {
        thread.entrance().runSignals();
        int most = server.node.config().limits().turnBatch();
        while (most-- > 0 && server.isRunning() && runNext()) {
            thread.entrance().runSignals();
        }
    }

    private boolean runNext() {
        UnfinishedTurn open = thread.open();
        if (open != null) {
            return open.runPart();
        }
        if (!server.hasRoom()) {
            return false;
        }
        Object next = server.continuation;
        if (next != null) {
            server.continuation = null;
            turns.goOn(next);
            return true;
        }
        Envelope envelope = mail.poll();
        if (envelope == null) {
            return false;
        }
        turns.run(envelope);
        return true;
    }

    private void runTurn(Envelope envelope) {
        turns.run(envelope);
    }

    /**
     * Runs a call on the caller's own thread when no other thread is inside, after the mail that came before it: under
     * load callers serve each other instead of waking a thread each. False when another thread is inside or a batch of
     * mail was not enough: then the call did not run. The caller must not be inside a turn. Only for types whose handlers
     * never block, see {@link io.durableserver.ServerType#inPlace}.
     */
    public boolean tryInline(Envelope envelope) {
        if (!server.isRunning() || thread.open() != null || !thread.entrance().tryEnter()) {
            return false;
        }
        Borrowed borrowed = Borrowed.fromCaller(loader());
        boolean began = false;
        try {
            thread.inside().enter(true);
            runBatch();
            if (!server.isRunning()
                    || thread.open() != null
                    || server.continuation != null
                    || !mail.isEmpty()
                    || !server.hasRoom()) {
                return false;
            }
            began = true;
            turns.run(envelope);
            return true;
        } catch (RuntimeException | Error defect) {
            stopping.defect(defect);
            return began; // else it was another's turn that failed, and this call goes into the mailbox
        } finally {
            thread.inside().leave();
            borrowed.toCaller();
            leave();
        }
    }

    @Override
    public long awaitGate(long nanos) {
        long deadlineNanos = server.node.time().nanoTime() + nanos;
        gate.await(deadlineNanos);
        return deadlineNanos - server.node.time().nanoTime();
    }

    @Override
    public void gate(Output output) {
        gate.leave(output);
    }

    // Starting.

    /** Leaves; another thread goes on when there is something to do. The creator leaves with this as well. */
    void leave() {
        thread.entrance().leave();
    }

    /** The first thread leaves: from now on the server runs by itself. */
    void leaveStarted(boolean changed) {
        thread.entrance().add(() -> {
            keeper.beginIfWanted();
            if (changed) {
                keeper.syncLater();
            }
        });
        leave();
    }

    // Writes.

    @Override
    public void syncDue() {
        betweenChanges(keeper::syncNow);
    }

    /** While a turn is open the state is what it was before, unless the turn changes it in place. */
    private void betweenChanges(Runnable task) {
        if (server.isMutable()) {
            thread.signalBetweenTurns(task);
        } else {
            thread.signalBetweenParts(task);
        }
    }

    @Override
    public void stored(@Nullable SyncInfo observed, S dumped) {
        if (observed != null) {
            thread.signalBetweenTurns(() -> afterWrite.onSync(observed, dumped));
            if (server.durability.wantsWrite()) {
                signal(keeper::beginIfWanted); // an open turn, which keeps onSync waiting, may wait for this write
            }
        } else if (thread.wakeWaiter() || server.durability.wantsWrite() || !server.isRunning()) {
            signal(this::goOn);
        } else {
            thread.entrance().wakeIfWork();
        }
    }

    private void goOn() {
        keeper.beginIfWanted();
        stopping.resumeIfPending();
    }

    @Override
    public void failed(Outcome outcome, boolean awaited) {
        if (outcome instanceof Outcome.NotApplied refused && Refusals.isTooLarge(refused)) {
            ends.lose(keeper.failure(outcome));
            return;
        }
        server.facts().notStored(keeper.epoch(), outcome, keeper.failure(outcome));
        if (awaited || !(outcome instanceof Outcome.NotApplied)) {
            ends.abort(keeper.failure(outcome));
        } else {
            keeper.syncAgain();
            stopping.resumeIfPending();
        }
    }

    @Override
    public void unstorable(DurableServerException error) {
        ends.lose(error);
    }

    /** Whether all turns so far are stored; a server that stopped has nothing that will be. Any thread. */
    public CompletionStage<Boolean> isStored() {
        CompletableFuture<Boolean> stored = new CompletableFuture<>();
        betweenChanges(() -> stored.complete(
                server.steps.isStopped() || !(server.durability.isDirty() || server.durability.isInFlight())));
        return stored;
    }

    // The end.

    /** A thread inside failed. */
    @Override
    public void defect(Throwable defect) {
        stopping.defect(defect);
    }

    @Override
    public void writeFailed(Throwable defect) {
        signal(() -> stopping.defect(defect));
    }

    /**
     * Stops serving without storing anything: the lease ran out or was lost. Any thread. Completes with why its last state
     * is not stored, empty when it is.
     */
    public CompletionStage<Optional<DurableServerException>> fence() {
        CompletableFuture<Optional<DurableServerException>> end = new CompletableFuture<>();
        signal(() -> {
            try {
                end.complete(ends.fence());
            } finally {
                end.complete(Optional.empty());
            }
        });
        return end;
    }

    @Override
    public void release() {
        timers.close();
        idle.cancel();
        server.node.background().forget(this);
        server.release();
        keeper.dump.release();
        if (server.steps.isStopped()) {
            stopping.release();
        }
    }

    @Override
    public CompletionStage<Void> unpublish() {
        return keeper.unpublish();
    }

    @Override
    public void ended() {
        whenEnded.accept(this);
    }
}
