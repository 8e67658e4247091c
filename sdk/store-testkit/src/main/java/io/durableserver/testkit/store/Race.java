package io.durableserver.testkit.store;

import static io.durableserver.testkit.store.BackendFixture.await;
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
import java.util.stream.IntStream;

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

    /** How the writes ended, by racer. */
    record Ends(List<WriteResult> results) {
        /** The racers whose write was stored. */
        List<Integer> stored() {
            return racers(WriteResult.Stored.class);
        }

        /** Those whose write took effect as far as they know: no other write can have. */
        List<Integer> winners() {
            return stored().isEmpty() ? racers(WriteResult.Unknown.class) : stored();
        }

        /** Whether this racer's write may have taken effect. */
        boolean mayHaveWon(int racer) {
            return !(results.get(racer) instanceof WriteResult.Conflict);
        }

        private List<Integer> racers(Class<?> end) {
            return IntStream.range(0, results.size())
                    .filter(racer -> end.isInstance(results.get(racer)))
                    .boxed()
                    .toList();
        }
    }

    private final List<Backend> handles;
    private final Class<?>[] allowed;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final CyclicBarrier gate = new CyclicBarrier(THREADS);

    /** {@code doubt} allows ends that are unknown. */
    Race(List<Backend> handles, boolean doubt) {
        this.handles = handles;
        this.allowed = allowed(doubt);
    }

    /** How a write of a race may end. */
    static Class<?>[] allowed(boolean doubt) {
        return doubt
                ? new Class<?>[] {WriteResult.Stored.class, WriteResult.Conflict.class, WriteResult.Unknown.class}
                : new Class<?>[] {WriteResult.Stored.class, WriteResult.Conflict.class};
    }

    /** Everyone has started before anyone is awaited. */
    Ends run(Racer racer) {
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
                assertThat(end).isInstanceOfAny(allowed);
                ends.set(thread + i * THREADS, end);
            }
        }
        return new Ends(ends);
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

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
