/**
 * The only place where user code is entered and its throwables are classified; which messages a type handles, and how
 * its states become bytes. Knows no I/O.
 *
 * <p>{@link UserCode} and {@link PureCode} are the entries, {@link UserFailure} and {@link Thrown} what came out of
 * them. A {@link Turn} gathers the {@link Outputs} of one. {@link TypeRegistry} has a {@link RegisteredType} per server
 * type, with its {@link HandlerTable} and {@link StateCoding}.
 */
@NullMarked
package io.durableserver.runtime.turn;

import org.jspecify.annotations.NullMarked;
