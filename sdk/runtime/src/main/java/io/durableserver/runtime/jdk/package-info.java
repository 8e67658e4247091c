/**
 * Time and executors of a real JVM: the only place in the runtime that reads a clock or makes a thread.
 *
 * <p>{@link JdkScheduler} and {@link JdkTime} are the SPIs. Its pools are {@link ElasticPool}, which {@link PoolWatch}
 * and {@link Growth} size, and {@link VirtualPool}, a {@link Relay} over virtual threads: each a {@link Pool}; {@link Threads} makes the
 * threads. A {@link Thrown} is a copy of a foreign throwable that runs none of its code.
 */
@NullMarked
package io.durableserver.runtime.jdk;

import org.jspecify.annotations.NullMarked;
