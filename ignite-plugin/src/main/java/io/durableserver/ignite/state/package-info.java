/** How a node stands: {@code NodeWatch} is told by the parts of a node, {@code StateBoard} puts it together for applications. */
@NullMarked
package io.durableserver.ignite.state;

import org.jspecify.annotations.NullMarked;
