/** The nodes under test: in this JVM, on Ignite, and in child JVMs. */
@NullMarked
package io.durableserver.benchmarks.node;

import org.jspecify.annotations.NullMarked;
