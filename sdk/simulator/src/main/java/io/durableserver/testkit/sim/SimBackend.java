package io.durableserver.testkit.sim;

import io.durableserver.NotAppliedException;
import io.durableserver.spi.Backend;
import io.durableserver.spi.PageRequest;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** The simulated store as one process reaches it: requests take time, get lost, come late, or are refused. */
public final class SimBackend implements Backend {
    private final SimStore store;
    private final Simulation simulation;
    private final SimNode node;

    SimBackend(SimStore store, SimNode node) {
        this.store = store;
        this.simulation = store.simulation();
        this.node = node;
    }

    @Override
    public String name() {
        return "sim";
    }

    @Override
    public CompletionStage<Void> ready() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<ReadResult> get(String key, ReadMode mode, Duration timeout) {
        return this.<ReadResult>send(
                "get " + key,
                timeout,
                () -> mode == ReadMode.STRONG ? store.read(node, key) : store.readWeak(key),
                failure -> new ReadResult.Failed(true, failure.cause()));
    }

    @Override
    public CompletionStage<WriteResult> create(String key, byte[] record, Duration timeout) {
        byte[] copy = record.clone();
        return write("create " + key, timeout, () -> store.write(node, key, copy, null));
    }

    @Override
    public CompletionStage<WriteResult> replace(String key, byte[] record, Version expected, Duration timeout) {
        byte[] copy = record.clone();
        return write("replace " + key, timeout, () -> store.write(node, key, copy, expected));
    }

    @Override
    public CompletionStage<WriteResult> delete(String key, Version expected, Duration timeout) {
        return write("delete " + key, timeout, () -> store.delete(node, key, expected));
    }

    @Override
    public CompletionStage<Page> list(PageRequest request, Duration timeout) {
        record Answer(Optional<Page> page, Optional<Failure> failure) {}
        return this.<Answer>send(
                        "list " + request.prefix(),
                        timeout,
                        () -> new Answer(Optional.of(store.list(request)), Optional.empty()),
                        failure -> new Answer(Optional.empty(), Optional.of(failure)))
                .thenApply(answer -> answer.page()
                        .orElseThrow(() -> new NotAppliedException(
                                NotAppliedException.Reason.STORAGE_UNAVAILABLE, "The store did not answer", Map.of())));
    }

    @Override
    public void close() {}

    private CompletionStage<WriteResult> write(String what, Duration timeout, AtServer<WriteResult> atStore) {
        return this.<WriteResult>send(
                what,
                timeout,
                atStore,
                failure -> failure.definite()
                        ? new WriteResult.NotApplied(true, failure.cause())
                        : new WriteResult.Unknown(failure.cause()));
    }

    /** A request without an answer from the store. */
    private record Failure(boolean definite, IOException cause) {}

    private <T> CompletionStage<T> send(
            String what, Duration timeout, AtServer<T> atStore, Function<Failure, T> failed) {
        StoreFaults faults = store.faults();
        double dice = simulation.random().between(0.0, 1.0);
        if (dice < faults.refused()) {
            return refuse(what, failed);
        }
        CompletableFuture<T> end = new CompletableFuture<>();
        SimEvent deadline = simulation.after(
                node, node.time().trueNanos(timeout), () -> giveUp(end, what, "no answer in " + timeout, failed));
        if (store.isCutOff(node.name()) || (dice -= faults.refused()) < faults.requestLost()) {
            breakConnection(end, what, failed);
        } else if ((dice -= faults.requestLost()) < faults.answerLost()) {
            simulation.after(oneWay(), atStore::perform);
            breakConnection(end, what, failed);
        } else if (dice - faults.answerLost() < faults.delayed()) {
            simulation.after(timeout.toNanos() / simulation.random().between(1, 20) + oneWay(), atStore::perform);
            breakConnection(end, what, failed);
        } else {
            simulation.after(
                    oneWay(),
                    () -> store.arrive(node, what, () -> {
                        T answer = atStore.perform();
                        simulation.after(node, oneWay(), () -> {
                            deadline.close();
                            end.complete(answer);
                        });
                    }));
        }
        return end;
    }

    /** Nothing left this process: the result is there at once, or nearly so. */
    private <T> CompletionStage<T> refuse(String what, Function<Failure, T> failed) {
        simulation.trace("store refused", node.session(), what);
        T answer = failed.apply(new Failure(true, new IOException("Connection refused")));
        if (simulation.random().chance(0.3)) {
            return CompletableFuture.completedFuture(answer);
        }
        CompletableFuture<T> end = new CompletableFuture<>();
        simulation.after(node, oneWay(), () -> end.complete(answer));
        return end;
    }

    /** Some clients notice early that the connection is gone; the others wait for their deadline. */
    private <T> void breakConnection(CompletableFuture<T> end, String what, Function<Failure, T> failed) {
        if (simulation.random().chance(0.5)) {
            simulation.after(node, 2 * oneWay(), () -> giveUp(end, what, "connection reset", failed));
        }
    }

    private <T> void giveUp(CompletableFuture<T> end, String what, String why, Function<Failure, T> failed) {
        if (!end.isDone()) {
            simulation.trace("store unknown", node.session(), what, why);
            end.complete(failed.apply(new Failure(false, new IOException(why))));
        }
    }

    private long oneWay() {
        return simulation
                .random()
                .nanos(simulation.config().store().times(store.faults().slowness()));
    }
}
