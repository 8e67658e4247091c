/**
 * A deterministic cluster in one thread: nodes, network, membership, shared map, store and clocks driven by one seed and
 * virtual time, and the promises P1 to P4 checked while it runs. Knows no real cluster, no real store and no wall clock.
 */
@NullMarked
package io.durableserver.testkit.sim;

import org.jspecify.annotations.NullMarked;
