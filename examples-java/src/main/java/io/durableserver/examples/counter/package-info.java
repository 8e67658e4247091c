/**
 * A counter that keeps every acknowledged increment: {@link io.durableserver.examples.counter.Counter} is the server,
 * {@link io.durableserver.examples.counter.CounterNode} a service that hosts it, and
 * {@link io.durableserver.examples.counter.CounterScenario} kills such a service and counts.
 */
@NullMarked
package io.durableserver.examples.counter;

import org.jspecify.annotations.NullMarked;
