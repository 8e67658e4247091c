package io.durableserver.benchmarks.local;

import io.durableserver.ServerRef;
import io.durableserver.benchmarks.node.Counter;
import io.durableserver.benchmarks.node.SoloNode;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One caller that waits for an idle counter, beside a locked counter in a map and a hand-off to a thread. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class IdleCallBenchmark {
    private final SoloNode node = new SoloNode();
    private final ServerRef server = node.counters(1)[0];
    private final ServerRef inPlace = node.countersInPlace(1)[0];
    private final LockedCounters map = new LockedCounters();
    private final ExecutorService executor = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "bench-executor");
        thread.setDaemon(true);
        return thread;
    });
    private final LockedCounter own = new LockedCounter();

    /** The limit's counter. */
    @Setup
    public void fill() {
        map.create("counter-0");
    }

    @Benchmark
    public long durableServer() {
        return server.call(new Counter.Increment(1));
    }

    @Benchmark
    public long durableServerInPlace() {
        return inPlace.call(new Counter.Increment(1));
    }

    @Benchmark
    public long lockedMap() {
        return map.get("counter-0").add(1);
    }

    @Benchmark
    public long submitAndGet() throws ExecutionException, InterruptedException {
        return executor.submit(() -> own.add(1)).get();
    }

    /** Ends the threads. */
    @TearDown
    public void stop() {
        executor.shutdownNow();
        node.close();
    }
}
