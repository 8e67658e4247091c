/** What one JVM is enough for: JMH, and closed loops in restricted JVMs. */
@NullMarked
package io.durableserver.benchmarks.local;

import org.jspecify.annotations.NullMarked;
