package io.durableserver.examples.counter;

import io.durableserver.DurableServerException;
import io.durableserver.DurableServers;
import io.durableserver.NotAppliedException;
import io.durableserver.ServerRef;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Callers that increment counters, one blocking call after the other, until they are told to stop. Whoever reads the
 * {@link Report}s can account for every increment, even when this process is killed: see {@link Ledger}.
 */
final class Load implements AutoCloseable {
    /** Increments between two reports of a caller: what a killed process leaves in the dark, per caller. */
    static final int BATCH = 16;

    private static final long PAUSE_MILLIS = 20;
    private static final long STOP_SECONDS = 60;

    // Batches of a former load of this process keep their numbers.
    private static final AtomicLong BATCHES = new AtomicLong();

    private final DurableServers servers;
    private final List<String> keys;
    private final Consumer<Report> reports;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final ExecutorService threads;
    private final List<Future<?>> callers;

    /** Starts the callers. A report must be out of this process when {@code reports} returns. */
    Load(DurableServers servers, int callers, int keys, Consumer<Report> reports) {
        this.servers = servers;
        this.keys = Traffic.keys(keys);
        this.reports = reports;
        this.threads = Executors.newFixedThreadPool(callers, Load::daemon);
        this.callers = IntStream.range(0, callers)
                .<Future<?>>mapToObj(caller -> threads.submit(this::incrementUntilStopped))
                .toList();
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "load");
        thread.setDaemon(true);
        return thread;
    }

    private void incrementUntilStopped() {
        Random random = new Random();
        while (!stopped()) {
            Report.Attempt attempt = new Report.Attempt(BATCHES.incrementAndGet(), Traffic.pick(keys, random), BATCH);
            reports.accept(attempt);
            reports.accept(perform(attempt));
        }
    }

    private Report.Settled perform(Report.Attempt batch) {
        int acknowledged = 0;
        int notApplied = 0;
        int unknown = 0;
        ServerRef counter = counter(batch.key());
        for (int sent = 0; sent < batch.count() && !stopped(); sent++) {
            try {
                counter.call(new Counter.Increment(1));
                acknowledged++;
            } catch (NotAppliedException e) {
                notApplied++;
                pause();
            } catch (DurableServerException e) {
                // Not sent again: this load counts what its calls did. A service would ask, or send a message that may
                // be applied twice.
                unknown++;
                pause();
            }
        }
        return new Report.Settled(batch.batch(), batch.key(), acknowledged, notApplied, unknown);
    }

    /** The counter of a key, which is created when it is new. Calls revive it when its node is lost. */
    private ServerRef counter(String key) {
        try {
            return servers.ensureStarted(Counter.TYPE, key, new Counter.State(0));
        } catch (DurableServerException e) {
            // The calls will tell.
            return servers.ref(Counter.TYPE, key);
        }
    }

    private boolean stopped() {
        return stop.getCount() == 0;
    }

    private void pause() {
        try {
            var unused = stop.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            stop.countDown();
        }
    }

    /** Returns when every batch is settled. */
    @Override
    public void close() {
        stop.countDown();
        threads.shutdown();
        try {
            for (Future<?> caller : callers) {
                caller.get(STOP_SECONDS, TimeUnit.SECONDS);
            }
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("A caller did not end well", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
