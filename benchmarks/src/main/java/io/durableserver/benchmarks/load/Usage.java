package io.durableserver.benchmarks.load;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * What processes have used since they started.
 *
 * @param cpuNanos CPU time
 * @param bytes allocated by threads that live
 */
public record Usage(long cpuNanos, long bytes) {
    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private static final ThreadMXBean THREADS = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

    /** What this process has used. */
    public static Usage here() {
        long bytes = 0;
        for (long allocated : THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds())) {
            bytes += Math.max(0, allocated);
        }
        return new Usage(SYSTEM.getProcessCpuTime(), bytes);
    }

    public Usage plus(Usage other) {
        return new Usage(cpuNanos + other.cpuNanos, bytes + other.bytes);
    }

    public Usage minus(Usage earlier) {
        return new Usage(cpuNanos - earlier.cpuNanos, bytes - earlier.bytes);
    }
}
