package io.durableserver.benchmarks.report;

import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.ignite.internal.IgniteVersionUtils;
import org.openjdk.jmh.runner.BenchmarkList;

/** Where figures come from: without it they cannot be compared. */
public final class Machine {
    private Machine() {}

    /** The load average of the last minute. */
    public static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    static Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        facts.put("arch", System.getProperty("os.arch"));
        facts.put("cores", Runtime.getRuntime().availableProcessors());
        facts.put("jdk", System.getProperty("java.vendor") + " " + Runtime.version());
        facts.put("ignite", IgniteVersionUtils.VER_STR);
        facts.put("jmh", String.valueOf(BenchmarkList.class.getPackage().getImplementationVersion()));
        facts.put("load", load());
        return facts;
    }

    /** All of it in a line. */
    public static String line() {
        return facts().entrySet().stream()
                .map(fact -> fact.getKey() + " " + fact.getValue())
                .reduce((a, b) -> a + ", " + b)
                .orElse("");
    }
}
