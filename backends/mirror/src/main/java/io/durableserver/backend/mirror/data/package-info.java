/**
 * The requests of servers: {@link Reads}, {@link Writes} and {@link Listings} of the authoritative store, with tokens that survive
 * a change of the authority ({@link Translation}). Changes no control record.
 */
@NullMarked
package io.durableserver.backend.mirror.data;

import org.jspecify.annotations.NullMarked;
