/**
 * The record and the directory entry of one server, kept in step with its state. Runs no user code but through the function
 * that dumps the state.
 *
 * <p>{@link RecordKeeper} writes the record, one write at a time, and {@link Patience} says how long one write is tried.
 * {@link Metadata} is the part of the record that operators see, {@link Fingerprint} tells whether a state differs from the
 * stored one. {@link Published} is the directory entry, {@link Republish} puts entries back that the directory lost.
 */
@NullMarked
package io.durableserver.runtime.persistence;

import org.jspecify.annotations.NullMarked;
