/**
 * Two stores behind one backend while records move from one to the other, and the rollout that walks through it. Knows
 * neither ownership nor what the stores are; of the records it reads no more than their order.
 */
@NullMarked
package io.durableserver.backend.mirror;

import org.jspecify.annotations.NullMarked;
