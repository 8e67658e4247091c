/**
 * Two stores behind one backend while records move from one to the other. {@link Mirror} opens it, {@link Rollout} walks it
 * through its phases; the words of both are in {@code rollout}. All other packages are rooms of this one and no API. Knows neither
 * ownership nor what the stores are; of the records it reads no more than their order.
 */
@NullMarked
package io.durableserver.backend.mirror;

import org.jspecify.annotations.NullMarked;
