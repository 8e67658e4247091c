/**
 * Owns the proof that what is about to be acknowledged comes back from its bytes: which classes were seen where, and
 * how two values are compared. Knows no server, no store and no wire; of codecs it knows the interface.
 *
 * <p>{@link RoundTrip} is the proof and {@link VerifiedCodec} a codec with it; a {@link Look} goes over the
 * {@link Place}s of a value, a {@link Comparison} over two values.
 */
@NullMarked
package io.durableserver.runtime.verify;

import org.jspecify.annotations.NullMarked;
