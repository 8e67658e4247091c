package io.durableserver.benchmarks.report;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * One measured figure and what it cost. A value that was not measured is NaN.
 *
 * @param scenario what was done; the limit and the peers of a scenario carry the same
 * @param subject who did it
 * @param operations how many were measured
 * @param perSecond operations per second
 * @param p50Micros median latency as one caller sees it
 * @param p99Micros 99th percentile of it
 * @param cpuMicros CPU time of all processes, per operation
 * @param bytes allocated in all processes, per operation
 * @param load load average of the machine at the end
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Row(
        String scenario,
        String subject,
        long operations,
        double perSecond,
        double p50Micros,
        double p99Micros,
        double cpuMicros,
        double bytes,
        double load) {}
