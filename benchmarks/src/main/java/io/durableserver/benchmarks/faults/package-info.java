/**
 * Real processes that are killed, frozen, cut off and starved while clients append to lists, a checker of what became of the
 * lists, and how long it all took to come back. Does not know how a node works inside.
 */
@NullMarked
package io.durableserver.benchmarks.faults;

import org.jspecify.annotations.NullMarked;
