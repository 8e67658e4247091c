package io.durableserver.benchmarks;

import io.durableserver.CallOptions;
import io.durableserver.ServerRef;
import io.durableserver.benchmarks.node.ChildMain;
import io.durableserver.benchmarks.node.Counter;
import io.durableserver.benchmarks.node.SoloNode;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Measures the heap in a JVM that does nothing else. */
final class MemoryProcess {
    private MemoryProcess() {}

    /** Argument: how many servers. */
    public static void main(String[] arguments) throws InterruptedException {
        int count = Integer.parseInt(arguments[0]);
        long state = state(count);
        try (SoloNode node = new SoloNode()) {
            node.counters(1);
            long before = heap();
            // The references are garbage at once: their keys are not the servers'.
            node.counters(count);
            long all = heap();
            node.forgetDirectory();
            long withoutDirectory = heap();
            node.forgetRecords();
            long idle = heap();
            for (int i = 0; i < count; i++) {
                ServerRef ref = node.servers().ref(Counter.TYPE, "counter-" + i);
                ref.callAsync(new Counter.Increment(1)).toCompletableFuture().join();
            }
            long used = heap();
            int threads = Thread.activeCount();
            CallOptions patient = CallOptions.timeout(Duration.ofMinutes(30));
            List<CompletableFuture<Long>> open = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                ServerRef ref = node.servers().ref(Counter.TYPE, "counter-" + i);
                open.add(ref.callAsync(new Counter.Wait(), patient).toCompletableFuture());
            }
            long waiting = heap();
            int more = Thread.activeCount() - threads;
            long early = open.stream().filter(CompletableFuture::isDone).count();
            Counter.release();
            for (CompletableFuture<Long> each : open) {
                each.join();
            }
            ChildMain.tell(state + " " + (idle - before) + " " + (used - before) + " " + (all - withoutDirectory) + " "
                    + (withoutDirectory - idle) + " " + (waiting - used) + " " + more + " " + early);
        }
        System.exit(0);
    }

    private static long state(int count) throws InterruptedException {
        long before = heap();
        Map<String, Counter.State> states = new HashMap<>();
        try {
            for (int i = 0; i < count; i++) {
                states.put("counter-" + i, new Counter.State(i));
            }
            return heap() - before;
        } finally {
            Reference.reachabilityFence(states);
        }
    }

    /** Used heap when collecting again frees nothing more. */
    private static long heap() throws InterruptedException {
        long used = Long.MAX_VALUE;
        for (int i = 0; i < 8; i++) {
            System.gc();
            Thread.sleep(100);
            long now = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
            if (used - now < 1_024 && i > 2) {
                return now;
            }
            used = now;
        }
        return used;
    }
}
