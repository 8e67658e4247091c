package io.durableserver.testkit.backend;

import static io.durableserver.testkit.backend.BackendFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.spi.Backend;
import io.durableserver.spi.WriteResult;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Lets {@link #RACERS} writes go at once, from several threads and over all handles, and gathers how each ended. */
final class Race implements AutoCloseable {
    /** Writers that race in each round. */
    static final int RACERS = 32;

    private static final int THREADS = 4;

    /** One racer's write. */
    @FunctionalInterface
    interface Racer {
        CompletionStage<WriteResult> write(int racer, Backend handle);
    }

    private final List<Backend> handles;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final CyclicBarrier gate = new CyclicBarrier(THREADS);

    Race(List<Backend> handles) {
        this.handles = handles;
    }

    /** The ends by racer. Everyone has started before anyone is awaited, and an end is a success or a conflict. */
    List<WriteResult> run(Racer racer) {
        List<CompletableFuture<List<CompletionStage<WriteResult>>>> starters = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            int first = thread;
            starters.add(CompletableFuture.supplyAsync(() -> start(first, racer), threads));
        }
        List<WriteResult> ends = new ArrayList<>(Collections.nCopies(RACERS, new WriteResult.Conflict()));
        for (int thread = 0; thread < THREADS; thread++) {
            List<CompletionStage<WriteResult>> started = await(starters.get(thread));
            for (int i = 0; i < started.size(); i++) {
                WriteResult end = await(started.get(i));
                assertThat(end).isInstanceOfAny(WriteResult.Stored.class, WriteResult.Conflict.class);
                ends.set(thread + i * THREADS, end);
            }
        }
        return ends;
    }

    private List<CompletionStage<WriteResult>> start(int first, Racer racer) {
        List<CompletionStage<WriteResult>> started = new ArrayList<>();
        try {
            gate.await(30, TimeUnit.SECONDS);
        } catch (Exception broken) {
            throw new IllegalStateException("The racers did not come together", broken);
        }
        for (int i = first; i < RACERS; i += THREADS) {
            started.add(racer.write(i, handles.get(i / THREADS % handles.size())));
        }
        return started;
    }

    /** The racers whose write was stored. */
    static List<Integer> winners(List<WriteResult> ends) {
        List<Integer> winners = new ArrayList<>();
        for (int racer = 0; racer < ends.size(); racer++) {
            if (ends.get(racer) instanceof WriteResult.Stored) {
                winners.add(racer);
            }
        }
        return winners;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
