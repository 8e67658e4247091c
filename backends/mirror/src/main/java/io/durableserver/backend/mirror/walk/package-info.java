/**
 * Walks over all records of a store: {@link Backfill} copies them, {@link Verification} compares and repairs them. Does not know
 * which store has the authority but is told.
 */
@NullMarked
package io.durableserver.backend.mirror.walk;

import org.jspecify.annotations.NullMarked;
