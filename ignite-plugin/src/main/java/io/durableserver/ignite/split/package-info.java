/**
 * How an operator gives up one side of a split: {@code SideLoss} asks, {@code SideVote} is what each node has promised,
 * {@code GivenUp} what it set aside, {@code KeptSideSearch} finds the side that is kept. Knows no life of a node.
 */
@NullMarked
package io.durableserver.ignite.split;

import org.jspecify.annotations.NullMarked;
