/**
 * Composition root: makes the rooms, starts and stops them in order. Knows no business rules.
 *
 * <p>{@link DurableNode} makes the rooms, {@link NodeLife} is its life, with readiness and drain. {@link Starts},
 * {@link Terminations} and {@link Infos} are what applications ask for, {@link Requests} what other nodes do,
 * {@link Waits} the blocking forms. {@link NodeAdmin}, with {@link Repairs}, {@link Judge} and {@link Vacancy}, is for
 * operators.
 */
@NullMarked
package io.durableserver.runtime.node;

import org.jspecify.annotations.NullMarked;
