package io.durableserver.benchmarks;

import io.durableserver.CallOptions;
import io.durableserver.ServerRef;
import io.durableserver.benchmarks.load.Heap;
import io.durableserver.benchmarks.node.ChildMain;
import io.durableserver.benchmarks.node.Counter;
import io.durableserver.benchmarks.node.SoloNode;
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
            long before = Heap.used();
            // The references are garbage at once: their keys are not the servers'.
            node.counters(count);
            long all = Heap.used();
            node.forgetDirectory();
            long withoutDirectory = Heap.used();
            node.forgetRecords();
            long idle = Heap.used();
            for (int i = 0; i < count; i++) {
                ServerRef ref = node.servers().ref(Counter.TYPE, "counter-" + i);
                ref.callAsync(new Counter.Increment(1)).toCompletableFuture().join();
            }
            long used = Heap.used();
            int threads = Thread.activeCount();
            CallOptions patient = CallOptions.timeout(Duration.ofMinutes(30));
            List<CompletableFuture<Long>> open = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                ServerRef ref = node.servers().ref(Counter.TYPE, "counter-" + i);
                open.add(ref.callAsync(new Counter.Wait(), patient).toCompletableFuture());
            }
            long waiting = Heap.used();
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
        long before = Heap.used();
        Map<String, Counter.State> states = new HashMap<>();
        try {
            for (int i = 0; i < count; i++) {
                states.put("counter-" + i, new Counter.State(i));
            }
            return Heap.used() - before;
        } finally {
            Reference.reachabilityFence(states);
        }
    }
}
