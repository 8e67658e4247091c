/**
 * The composition root: makes the rooms, opens them, and is the door for applications and operators. Knows no business rules.
 *
 * <p>{@link NodeAssembly} makes the {@link Rooms} and joins them by the {@link SharedScope}. {@link DurableNode} holds them and is the
 * entry point for applications; {@link NodeAdmin} is the door for operators, with {@link Listing} and {@link Interrupts}.
 */
@NullMarked
package io.durableserver.runtime.node;

import org.jspecify.annotations.NullMarked;
