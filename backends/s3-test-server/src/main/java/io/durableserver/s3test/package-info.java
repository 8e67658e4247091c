/**
 * An S3 server inside the JVM, for tests, demos and benchmarks, with faults in front of it. It keeps objects in memory and
 * is no product: it checks that a client works, not that a store keeps its promises.
 */
@NullMarked
package io.durableserver.s3test;

import org.jspecify.annotations.NullMarked;
