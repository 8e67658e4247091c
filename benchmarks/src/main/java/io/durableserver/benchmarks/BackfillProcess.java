package io.durableserver.benchmarks;

import io.durableserver.backend.mirror.Mirror;
import io.durableserver.backend.mirror.MirrorConfig;
import io.durableserver.backend.mirror.rollout.BackfillProgress;
import io.durableserver.backend.mirror.rollout.Pace;
import io.durableserver.benchmarks.load.Usage;
import io.durableserver.benchmarks.node.ChildMain;
import io.durableserver.benchmarks.node.SyntheticBackend;
import io.durableserver.spi.Backend;
import io.durableserver.testkit.backend.StoreContext;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.concurrent.atomic.AtomicLong;

/** A backfill in a JVM that does nothing else. */
final class BackfillProcess {
    private static final String PREFIX = "bench/";

    private BackfillProcess() {}

    /** Argument: how many records. */
    public static void main(String[] arguments) {
        int records = Integer.parseInt(arguments[0]);
        SyntheticBackend source = SyntheticBackend.full(PREFIX, records);
        SyntheticBackend target = SyntheticBackend.empty(PREFIX, records);
        Mirror mirror = Mirror.backend(
                MirrorConfig.builder(context -> source, context -> target).build());
        AtomicLong peak = new AtomicLong();
        try (StoreContext node = StoreContext.real(PREFIX);
                Backend backend = mirror.open(node)) {
            backend.ready().toCompletableFuture().join();
            target.onWrite(written -> {
                if (written % 1_000 == 0) {
                    peak.accumulateAndGet(survived(), Math::max);
                }
            });
            Usage before = Usage.here();
            long started = System.nanoTime();
            BackfillProgress progress = mirror.rollout(PREFIX)
                    .backfill(Pace.DEFAULT)
                    .toCompletableFuture()
                    .join();
            long nanos = System.nanoTime() - started;
            Usage used = Usage.here().minus(before);
            ChildMain.tell(progress.copied() + " " + nanos + " " + peak.get() + " " + used.cpuNanos());
        }
        System.exit(0);
    }

    /** Bytes that were still used after the last collection. */
    private static long survived() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getCollectionUsage)
                .filter(usage -> usage != null)
                .mapToLong(MemoryUsage::getUsed)
                .sum();
    }
}
