/**
 * What the runtime needs from outside: a store, a membership, a transport, a shared map, time and executors. Every
 * implementation, real or simulated, is driven through these interfaces only.
 */
@NullMarked
package io.durableserver.spi;

import org.jspecify.annotations.NullMarked;
