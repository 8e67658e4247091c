/**
 * Owns which shapes of values come back from bytes as they went in: the tags of sealed types, and the examination of
 * everything that is reachable from a type. Knows Jackson and no codec, no server and no record.
 *
 * <p>{@link ShapeCheck} is the examination, with {@link Beans} and {@link Scalars}; {@link SealedFamily} and
 * {@link SealedTags} are the tags.
 */
@NullMarked
package io.durableserver.runtime.shape;

import org.jspecify.annotations.NullMarked;
