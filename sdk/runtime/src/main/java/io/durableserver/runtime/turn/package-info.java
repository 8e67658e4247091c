/**
 * The only place where user code is entered and its throwables are classified; and how the states of a type become bytes.
 * Knows no I/O.
 *
 * <p>{@link UserCode} and {@link PureCode} are the entries, {@link UserFailure} is what came out of them. A {@link Turn}
 * gathers the outputs of one. {@link TypeRegistry} has a {@link RegisteredType} per server type, with its handlers and its
 * {@link StateCoding}.
 */
@NullMarked
package io.durableserver.runtime.turn;

import org.jspecify.annotations.NullMarked;
