/** JMH suites and the cluster benchmark; nothing depends on it. */
@NullMarked
package io.durableserver.benchmarks;

import org.jspecify.annotations.NullMarked;
