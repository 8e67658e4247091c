/** Drivers that make load and measure it: latency, throughput, CPU and allocation. */
@NullMarked
package io.durableserver.benchmarks.load;

import org.jspecify.annotations.NullMarked;
