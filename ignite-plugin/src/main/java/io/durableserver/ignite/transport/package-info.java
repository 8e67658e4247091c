/** Messages in frames over the connections of Ignite. Knows no maps. */
@NullMarked
package io.durableserver.ignite.transport;

import org.jspecify.annotations.NullMarked;
