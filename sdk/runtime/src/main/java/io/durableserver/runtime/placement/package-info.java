/**
 * Ranking of nodes, to arbitrate and to host: pure functions over a cluster view. Does not know activations.
 *
 * <p>{@link Placement} ranks the nodes of a {@link ClusterView}.
 */
@NullMarked
package io.durableserver.runtime.placement;

import org.jspecify.annotations.NullMarked;
