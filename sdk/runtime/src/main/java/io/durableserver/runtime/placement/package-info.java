/** Ranking of nodes: pure functions over a cluster view. Does not know activations. */
@NullMarked
package io.durableserver.runtime.placement;

import org.jspecify.annotations.NullMarked;
