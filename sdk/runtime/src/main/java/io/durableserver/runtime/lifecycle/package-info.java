/**
 * The life of a node and of its servers as a whole: readiness, drain, starts, terminations, and what operators ask for.
 *
 * <p>{@link NodeLife} is the life of the node: it opens the store ({@link StoreOpening}), holds the lease ({@link Leases}), and
 * drains ({@link Drain}); {@link Standing} is its state, and tells of it. {@link Operations} is the door for applications, with {@link Starts}, {@link Terminations} and
 * {@link Infos}; {@link Requests} answers other nodes; {@link Waits} are the blocking forms. {@link Repairs}, with
 * {@link Judge} and {@link Vacancy}, is for operators.
 */
@NullMarked
package io.durableserver.runtime.lifecycle;

import org.jspecify.annotations.NullMarked;
