/**
 * Composition root: makes the rooms and starts and stops them in order. Knows no business rules.
 *
 * <p>{@link DurableNode} makes the rooms and is what applications hold; {@link NodeAdmin} is its door for operators, with
 * {@link Listing} and {@link Interrupts}.
 */
@NullMarked
package io.durableserver.runtime.node;

import org.jspecify.annotations.NullMarked;
