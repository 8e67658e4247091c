package io.durableserver.testkit.sim;

import io.durableserver.Call;
import io.durableserver.CallOptions;
import io.durableserver.DurableServerException;
import io.durableserver.HandlerFailedException;
import io.durableserver.NotAppliedException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.RejectedException;
import io.durableserver.StartOptions;
import io.durableserver.Termination;
import io.durableserver.runtime.wire.Causes;
import io.durableserver.testkit.sim.OpenLedger.Course;
import io.durableserver.testkit.sim.SimRandom.Span;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Sends one request after the other, each from a node that runs, and tells the invariants what it learned. */
final class LedgerClient {
    private static final Span THINK = Span.millis(1, 120);
    private static final long WATCH_NANOS = 100_000_000;
    private static final List<Course> COURSES = List.of(Course.values());

    private final LedgerWorld world;
    private final Simulation simulation;
    private final List<String> keys;
    private final boolean gentle;
    private final int opens;
    private final int repeats;
    private boolean stopped;
    private int waits;

    /**
     * A client of servers with these keys; a gentle one does nothing by which a state may rightly get lost.
     *
     * @param opens how many of a hundred requests keep their turns open
     * @param repeats how many of a hundred increments have a request id and are sent again
     */
    LedgerClient(LedgerWorld world, List<String> keys, boolean gentle, int opens, int repeats) {
        this.opens = opens;
        this.repeats = repeats;
        this.gentle = gentle;
        this.world = world;
        this.simulation = world.simulation;
        this.keys = keys;
    }

    void start() {
        simulation.after(simulation.random().nanos(THINK), this::next);
    }

    /** Sends nothing new. */
    void stop() {
        stopped = true;
    }

    /** Whether it waits for no answer. */
    boolean isIdle() {
        return waits == 0;
    }

    private void next() {
        List<SimNode> nodes = world.running();
        if (stopped) {
            return;
        }
        if (nodes.isEmpty()) {
            start();
            return;
        }
        SimNode node = simulation.random().pick(nodes);
        String key = simulation.random().pick(keys);
        if (opens > 0 && simulation.random().between(1, 100) <= opens) {
            open(node, key);
            return;
        }
        int dice = simulation.random().between(1, 100);
        if (dice <= 31) {
            add(
                    node,
                    key,
                    true,
                    id -> new LedgerServer.Add(id, simulation.random().pick(keys)));
        } else if (dice <= 35) {
            add(
                    node,
                    key,
                    true,
                    id -> new LedgerServer.AddAsking(id, simulation.random().pick(keys)));
        } else if (dice <= 45) {
            add(node, key, true, LedgerServer.AddDeferred::new);
        } else if (dice <= 60) {
            add(
                    node,
                    key,
                    false,
                    id -> new LedgerServer.AddLazy(id, simulation.random().pick(keys)));
        } else if (dice <= 88) {
            read(node, key);
        } else if (dice <= 92) {
            send(
                    node,
                    call(node, key, new LedgerServer.Leave()),
                    answer -> world.durability.saved(key, answer.ids(), "its server said that it stopped"),
                    failure -> recover(node, key, failure));
        } else if (dice == 94) {
            refused(node, key);
        } else if (dice == 93 && (!gentle || !world.type.isMutableState())) {
            send(node, call(node, key, new LedgerServer.Boom()), answer -> {}, failure -> {});
        } else if (dice <= 95) {
            delete(node, key);
        } else if (dice <= 97) {
            send(node, start(node, key), answer -> {}, failure -> {});
        } else {
            CompletionStage<Boolean> end =
                    guarded(() -> world.servers(node).admin().terminateAsync(key, Termination.GRACEFUL));
            send(node, end, answer -> {}, failure -> {});
        }
    }

    private void add(SimNode node, String key, boolean strict, LongFunction<Call<Long>> message) {
        if (repeats > 0 && simulation.random().between(1, 100) <= repeats) {
            // Whatever the policy of the type: a reply with a request id says that it is stored.
            long id = world.durability.issue(key, true);
            addOnce(node, key, id, message.apply(id), false);
            return;
        }
        long id = world.durability.issue(key, strict);
        send(node, call(node, key, message.apply(id)), answer -> world.durability.acknowledge(id), failure -> {
            if (failure instanceof NotAppliedException) {
                world.durability.notApplied(id);
            } else {
                world.durability.unknown(id);
            }
            recover(node, key, failure);
        });
    }

    /** Sends an increment with a request id, and again from elsewhere, before and after it was answered. */
    private void addOnce(SimNode node, String key, long id, Call<Long> message, boolean mayBeApplied) {
        CallOptions options = CallOptions.requestId("r" + id);
        simulation.trace("client sends once", node.session(), key, message);
        CompletionStage<Long> call = guarded(() -> world.servers(node)
                .ref(world.type, key)
                .callAsync(message, simulation.random().chance(0.7) ? options.withRetry() : options));
        send(
                node,
                call,
                answer -> {
                    world.durability.acknowledge(id);
                    again(key, id, message);
                },
                failure -> {
                    boolean known = failure instanceof NotAppliedException && !mayBeApplied;
                    List<SimNode> others = world.running();
                    if (!others.isEmpty() && !stopped && simulation.random().chance(0.7)) {
                        addOnce(simulation.random().pick(others), key, id, message, !known);
                    } else if (known) {
                        world.durability.notApplied(id);
                        recover(node, key, failure);
                    } else {
                        world.durability.unknown(id);
                    }
                });
    }

    /** What was acknowledged is answered as before, or not at all. */
    private void again(String key, long id, Call<Long> message) {
        List<SimNode> nodes = world.running();
        if (nodes.isEmpty() || stopped || simulation.random().chance(0.5)) {
            return;
        }
        SimNode node = simulation.random().pick(nodes);
        simulation.trace("client sends once more", node.session(), key, message);
        CompletionStage<Long> call = guarded(
                () -> world.servers(node).ref(world.type, key).callAsync(message, CallOptions.requestId("r" + id)));
        send(
                node,
                call,
                answer -> {
                    if (answer != id) {
                        simulation.fail("exactly once", "Increment " + id + " was answered with " + answer, null);
                    }
                },
                failure -> {});
    }

    private void refused(SimNode node, String key) {
        long id = world.durability.issue(key, false);
        Call<Long> message = new LedgerServer.AddRefused(id, simulation.random().pick(keys));
        send(
                node,
                call(node, key, message),
                answer -> simulation.fail("defect", "A refused call was answered with " + answer, null),
                failure -> {
                    // Also where nobody knows how far it came: its turn refuses, whenever it runs.
                    world.durability.notApplied(id);
                    recover(node, key, failure);
                });
    }

    /** Where a turn that is given up makes a server forget, a gentle client does nothing that lasts. */
    private void open(SimNode node, String key) {
        boolean shortly = gentle && world.type.isMutableState();
        Course course = shortly ? Course.LATER : simulation.random().pick(COURSES);
        int deadline = (int) world.type.turnDeadline().toMillis();
        int millis = shortly
                ? simulation.random().between(1, 80)
                : course == Course.LATE
                        ? simulation.random().between(deadline - 20, 2 * deadline)
                        : simulation.random().between(1, simulation.random().chance(0.8) ? 60 : deadline);
        long id = world.durability.issue(key, true);
        Call<Long> message = new OpenLedger.AddOpen(
                id,
                simulation.random().pick(keys),
                course,
                millis,
                simulation.random().chance(0.6));
        send(
                node,
                call(node, key, message),
                answer -> {
                    world.durability.acknowledge(id);
                    if (!course.counts()) {
                        simulation.fail("defect", "A call that is never answered was answered with " + answer, null);
                    }
                },
                failure -> {
                    if (failure instanceof NotAppliedException || !course.counts() || isGivenUp(failure)) {
                        world.durability.notApplied(id);
                    } else {
                        world.durability.unknown(id);
                    }
                    recover(node, key, failure);
                });
    }

    /** Whether its turn was given up while it was open: nobody promises so to clients, but it does not count then. */
    private static boolean isGivenUp(@Nullable Throwable failure) {
        return failure instanceof OutcomeUnknownException
                && failure.toString().contains("The turn was open for longer");
    }

    private void delete(SimNode node, String key) {
        if (repeats > 0) {
            start(); // with its record a server forgets what it has applied
            return;
        }
        simulation.trace("client deletes", node.session(), key);
        DurabilityInvariants.Delete delete = world.durability.deleting(key);
        send(
                node,
                guarded(() -> world.servers(node).admin().terminateAsync(key, Termination.DELETE)),
                answer -> world.durability.deleteAnswered(delete, answer),
                failure -> world.durability.deleteFailed(delete, failure instanceof NotAppliedException));
    }

    private void read(SimNode node, String key) {
        DurabilityInvariants.Mark before = world.durability.mark(key);
        send(
                node,
                call(node, key, new LedgerServer.Get()),
                answer -> world.durability.read(key, answer.ids(), before),
                failure -> recover(node, key, failure));
    }

    /** A key that nobody started yet is started by whoever finds out. */
    private void recover(SimNode node, String key, @Nullable Throwable failure) {
        if (failure instanceof NotAppliedException refused
                && refused.reason() == NotAppliedException.Reason.NOT_FOUND
                && node.isRunning()) {
            start(node, key).whenComplete((started, ignored) -> simulation.trace("client started", key));
        }
    }

    private CompletionStage<?> start(SimNode node, String key) {
        return guarded(() -> world.servers(node)
                .ensureStartedAsync(world.type, key, LedgerServer.Ledger.EMPTY, StartOptions.DEFAULT));
    }

    private <R> CompletionStage<R> call(SimNode node, String key, Call<R> message) {
        simulation.trace("client sends", node.session(), key, message);
        return guarded(() -> world.servers(node).ref(world.type, key).callAsync(message));
    }

    private interface Send<T> {
        CompletionStage<T> send();
    }

    /** A refusal on the spot is as good as one that comes later. */
    private static <T> CompletionStage<T> guarded(Send<T> send) {
        try {
            return send.send();
        } catch (DurableServerException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private <T> void send(
            SimNode node, CompletionStage<T> stage, Consumer<T> answered, Consumer<@Nullable Throwable> failed) {
        waits++;
        Request<T> request = new Request<>(node, answered, failed);
        stage.whenComplete(request::end);
        request.watch();
    }

    /** One request until its end, which may be that nobody is left to answer. */
    private final class Request<T> {
        private final SimNode node;
        private final Consumer<T> answered;
        private final Consumer<@Nullable Throwable> failed;
        private boolean ended;

        Request(SimNode node, Consumer<T> answered, Consumer<@Nullable Throwable> failed) {
            this.node = node;
            this.answered = answered;
            this.failed = failed;
        }

        void watch() {
            if (node.isDead() && !ended) {
                finish(() -> failed.accept(null));
            } else if (!ended) {
                simulation.after(WATCH_NANOS, this::watch);
            }
        }

        void end(T answer, @Nullable Throwable failure) {
            Throwable cause = failure == null ? null : Causes.of(failure);
            if (cause == null) {
                finish(() -> answered.accept(answer));
                return;
            }
            simulation.trace("client failed", cause.toString());
            if (cause instanceof RejectedException refused && refused.code().equals("REFUSED")) {
                finish(() -> failed.accept(refused));
                return;
            }
            if (cause.toString().contains("internal error")
                    || cause.toString().contains("The server failed {")
                    || !(cause instanceof NotAppliedException
                            || cause instanceof OutcomeUnknownException
                            || (cause instanceof HandlerFailedException
                                    && cause.toString().contains("boom")))) {
                simulation.fail("defect", "A client got " + cause, cause);
            }
            finish(() -> failed.accept(cause));
        }

        private void finish(Runnable last) {
            if (ended) {
                simulation.fail("defect", "A request was answered twice, or after its node died");
                return;
            }
            ended = true;
            waits--;
            last.run();
            if (waits == 0) {
                start(); // unless it is sent again
            }
        }
    }
}
