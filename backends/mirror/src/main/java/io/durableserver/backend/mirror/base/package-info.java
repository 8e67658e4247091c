/**
 * What all rooms of the mirror stand on: the {@link StorePair} and the {@link Timers}. Knows no control record and no phase in
 * force.
 */
@NullMarked
package io.durableserver.backend.mirror.base;

import org.jspecify.annotations.NullMarked;
