/**
 * Notices that a cluster was split and did not come together again, and settles which side steps down. Knows no
 * servers, and nothing of how nodes find or leave each other.
 *
 * <p>{@link SplitSteps} is the protocol and {@link SplitWatch} its shell; {@link LeaseLooks} says which sessions are
 * alive; a {@link Side} is the cluster this node is in.
 */
@NullMarked
package io.durableserver.runtime.split;

import org.jspecify.annotations.NullMarked;
