/** The only map from key to activation on this node, and the states of an activation. */
@NullMarked
package io.durableserver.runtime.activation;

import org.jspecify.annotations.NullMarked;
