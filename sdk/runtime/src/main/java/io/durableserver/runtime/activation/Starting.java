package io.durableserver.runtime.activation;

import io.durableserver.DurableServerException;
import io.durableserver.Init;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.RejectedException;
import io.durableserver.ServerStatus;
import io.durableserver.runtime.ownership.AcquireSteps;
import io.durableserver.runtime.ownership.AcquireSteps.Result;
import io.durableserver.runtime.ownership.Acquisition;
import io.durableserver.runtime.ownership.ConditionalWrite.Outcome;
import io.durableserver.runtime.persistence.Published;
import io.durableserver.runtime.persistence.Republish;
import io.durableserver.runtime.server.Phase;
import io.durableserver.runtime.server.Refusals;
import io.durableserver.runtime.sync.Demand;
import io.durableserver.runtime.sync.Output;
import io.durableserver.runtime.turn.Borrowed;
import io.durableserver.runtime.turn.EncodedState;
import io.durableserver.runtime.turn.RegisteredType;
import io.durableserver.runtime.turn.Turn;
import io.durableserver.runtime.turn.UserFailure;
import io.durableserver.runtime.wire.Control;
import io.durableserver.runtime.wire.DirectoryEntry;
import io.durableserver.runtime.wire.Start;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** How an activation begins: own the key, load, init, publish. Whatever fails undoes what was done before it. */
final class Starting<S> implements Acquisition.Loader {
    private final Activation<S> activation;
    private final Start start;
    private final AcquireSteps.Wanted wanted;
    private final Republish republish;
    /** The turn of {@code init}, with the origin of the start. */
    private final Turn turn;

    private final CompletableFuture<Control.Placed> end = new CompletableFuture<>();
    private final StartFacts facts;

    Starting(Activation<S> activation, Start start, Republish republish) {
        this.republish = republish;
        this.activation = activation;
        this.start = start;
        this.wanted = new AcquireSteps.Wanted(
                start.key(),
                start.type(),
                new AcquireSteps.Purpose.Serve(start.cause(), activation.server.type.makesFirst()));
        this.turn = new Turn(activation, start.origin());
        this.facts = new StartFacts(activation.server.facts(), start.cause(), activation.server.node.time());
        end().whenComplete(facts::ended);
    }

    /** Completes when the server runs, or with what stood in the way. */
    CompletionStage<Control.Placed> end() {
        return end;
    }

    void begin(Acquisition acquisition) {
        facts.begins();
        guarded(() -> acquire(acquisition));
    }

    private void acquire(Acquisition acquisition) {
        acquisition
                .acquire(wanted, this, start.origin().deadlineNanos())
                .whenComplete((result, defect) -> guarded(() -> {
                    if (result instanceof Result.Won won) {
                        activation.keeper.claimed(won.record(), won.version());
                        onStartThread(
                                () -> init(won),
                                failure -> guarded(() -> undo(won.firstBoot(), ServerStatus.CRASHED, failure)));
                    } else if (result instanceof Result.Elsewhere elsewhere) {
                        finished(new Control.Elsewhere(elsewhere.owner()), null);
                    } else {
                        Throwable cause = result instanceof Result.Failed failed ? failed.error() : defect;
                        finished(null, cause);
                    }
                }));
    }

    /** A defect in what follows from an answer must not leave the start without an end. */
    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error defect) {
            activation.server.facts().failed(defect);
            failed(
                    defect,
                    new OutcomeUnknownException(
                            OutcomeUnknownException.Reason.OWNER_LOST, "The start failed on the way", context()));
        }
    }

    private void failed(Throwable defect, DurableServerException error) {
        try {
            if (activation.phase() != Phase.STARTING) {
                end.completeExceptionally(error);
                activation.thread.entrance().add(() -> activation.stopping.defect(defect));
                activation.leave();
            } else if (activation.keeper.isClaimed()) {
                undo(false, ServerStatus.CRASHED, error);
            } else {
                finished(null, error);
            }
        } catch (RuntimeException | Error again) {
            activation.server.facts().failed(again);
            activation.server.steps.ended();
            over(null, error);
        }
    }

    @Override
    public CompletionStage<Start.Cause.First> makeFirst() {
        CompletableFuture<Start.Cause.First> made = new CompletableFuture<>();
        RegisteredType<S> type = activation.server.type;
        onStartThread(
                () -> made.complete(new Start.Cause.First(
                        type.codec().name(), type.type().version(), type.makeFirst(activation.key()))),
                made::completeExceptionally);
        return made;
    }

    @Override
    public CompletionStage<List<String>> load(AcquireSteps.Step.Load load) {
        CompletableFuture<List<String>> loaded = new CompletableFuture<>();
        // The claim comes next, and others can see it in the store before we know that it is there.
        activation.server.steps.claims();
        onStartThread(
                () -> {
                    activation.server.code =
                            activation.server.type.newInstance(activation.key()).watchedBy(activation.thread.inside());
                    EncodedState stored = new EncodedState(load.version(), load.codec(), load.state(), load.optional());
                    activation.server.state = activation.server.type.decode(
                            activation.key(), activation.server.code, stored, activation.keeper.dump.carried);
                    loaded.complete(activation.keeper.dump.carried.optional());
                },
                loaded::completeExceptionally);
        return loaded;
    }

    /** Runs user code where user code may run; everything it throws ends in {@code failed}, typed. */
    private void onStartThread(Runnable task, Consumer<DurableServerException> failed) {
        try {
            activation.server.node.scheduler().starts().execute(() -> {
                Borrowed thread = Borrowed.forEntry(activation.server.type.classLoader());
                try {
                    activation.thread.inside().enter(false);
                    task.run();
                } catch (DurableServerException known) {
                    failed.accept(known);
                } catch (UserFailure failure) {
                    facts.failed(failure);
                    failed.accept(failure.toCaller(activation.key()));
                } catch (RuntimeException | Error defect) {
                    UserFailure failure = new UserFailure("start", defect);
                    facts.failed(failure);
                    failed.accept(failure.toCaller(activation.key()));
                } finally {
                    activation.thread.inside().leave();
                    thread.endEntry();
                }
            });
        } catch (RejectedExecutionException closed) {
            failed.accept(new NotAppliedException(Reason.NOT_READY, "The node is closed", context(), closed));
        }
    }

    private void init(Result.Won won) {
        if (!activation.server.node.mayServe()) {
            // Nothing may be served or stored: the next start of the key waits for our lease or asks us (P4).
            finished(null, new NotAppliedException(Reason.NOT_READY, "The lease ran out during the start", context()));
            return;
        }
        Context context = activation.context();
        activation.server.context = context;
        Init<S> init;
        turn.enter();
        try {
            init = activation.server.code().init(activation.server.state(), context);
        } catch (RejectedException refused) {
            undo(won.firstBoot(), ServerStatus.STOPPED_GRACEFUL, refused);
            return;
        } finally {
            turn.exit();
        }
        S state = init.state();
        if (state == null) {
            undo(
                    false,
                    ServerStatus.STOPPED_GRACEFUL,
                    new NotAppliedException(Reason.IGNORED, "The server declined to start", context()));
            return;
        }
        Object continuation = init.continuation();
        if (continuation != null && activation.server.type.table().continuation(continuation.getClass()) == null) {
            throw new UserFailure("init", Refusals.noHandler(activation.server, continuation));
        }
        Duration idle = init.idleTimeout();
        if (idle != null && activation.server.type.table().timeout() == null) {
            throw new UserFailure("init", Refusals.noTimeoutHandler(activation.server));
        }
        boolean wasPermanent = activation.keeper.isPermanent();
        activation.keeper.header(init.isPermanent(), init.metadata());
        boolean changed = state != activation.server.state;
        activation.server.state = changed ? StateCopies.of(activation.server, state) : state;
        if (init.syncPolicy() != null) {
            activation.server.policy = init.syncPolicy();
        }
        Demand demand = wasPermanent != init.isPermanent()
                ? Demand.FORCED
                : changed ? TurnEnd.demand(activation.server.policy.mode()) : Demand.NONE;
        boolean isDirty = changed || activation.keeper.isOfAnotherCodec();
        publish(won, () -> run(isDirty, demand, continuation, idle));
    }

    private DirectoryEntry starting() {
        return new AcquireSteps(wanted, activation.server.node.session(), 0).entry();
    }

    private void publish(Result.Won won, Runnable then) {
        DirectoryEntry entry = new DirectoryEntry(
                wanted.type(),
                activation.server.node.session(),
                won.record().epoch(),
                DirectoryEntry.Phase.RUNNING,
                activation.keeper.isPermanent(),
                activation.keeper.metadata());
        Published published = new Published(activation.server.node, republish, activation.key(), entry);
        activation.keeper.published(published);
        // Shown or not, the record is ours: the directory is a hint, and gets its entry later.
        published.show(starting()).whenComplete((shown, defect) -> guarded(then));
    }

    private void run(boolean changed, Demand demand, @Nullable Object continuation, @Nullable Duration idle) {
        activation.server.steps.started();
        facts.runs(activation.keeper.epoch());
        long gate = activation.server.durability.turnDone(changed, demand);
        for (Output output : turn.outputs()) {
            activation.server.durability.leave(
                    gate, new LeasedOutput(activation.server.node, activation.key(), output));
        }
        activation.server.continuation = continuation;
        if (idle != null) {
            activation.idle.arm(idle);
        }
        activation.server.durability.leave(gate, new Output() {
            @Override
            public void emit() {
                end.complete(new Control.Started(activation.server.node.session(), activation.keeper.epoch(), false));
            }

            @Override
            public void fail(DurableServerException error) {
                end.completeExceptionally(error);
            }
        });
        activation.leaveStarted(changed);
    }

    /** The key is ours but the server does not run: leaves the record as it was found, or removes what was made. */
    private void undo(boolean remove, ServerStatus status, DurableServerException error) {
        activation.server.outputs.failAll(turn.outputs(), error);
        long started = activation.server.node.time().nanoTime();
        Consumer<Outcome> done = outcome -> {
            if (!(outcome instanceof Outcome.Stored)) {
                activation.server.facts().claimLeft(activation.keeper.failure(outcome));
            }
            finished(null, error);
        };
        BooleanSupplier mayRetry = () -> activation.server.node.mayServe()
                && activation.server.node.time().nanoTime() - started
                        < activation.server.node.config().timeouts().write().toNanos();
        if (remove) {
            activation.keeper.delete(mayRetry, done);
            return;
        }
        byte[] bytes;
        try {
            bytes = activation.keeper.dump.encode();
        } catch (DurableServerException impossible) {
            activation.server.facts().claimLeft(impossible);
            finished(null, error);
            return;
        }
        activation.keeper.write(status, bytes, mayRetry, done);
    }

    /** Another node has the server, or an error stood in the way. */
    private void finished(Control.@Nullable Placed elsewhere, @Nullable Throwable error) {
        activation.server.steps.ended();
        activation.release();
        activation
                .server
                .node
                .directory()
                .remove(activation.key(), starting())
                .whenComplete((removed, failure) -> over(elsewhere, error));
    }

    /** The end is told before the key is free: the next start may begin at once. */
    private void over(Control.@Nullable Placed elsewhere, @Nullable Throwable error) {
        facts.ended(elsewhere, error);
        activation.ended();
        activation.ends.neverStarted();
        if (error == null) {
            end.complete(elsewhere);
        } else {
            end.completeExceptionally(error);
        }
        activation.leave();
    }

    private Map<String, String> context() {
        return Map.of("key", activation.key(), "type", wanted.type());
    }
}
