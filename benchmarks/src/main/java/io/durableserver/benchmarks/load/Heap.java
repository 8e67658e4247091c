package io.durableserver.benchmarks.load;

import java.lang.management.ManagementFactory;

/** The heap of this JVM. */
public final class Heap {
    private Heap() {}

    /** Used bytes, when collecting again frees nothing more. */
    public static long used() throws InterruptedException {
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
