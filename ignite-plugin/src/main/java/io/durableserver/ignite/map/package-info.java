/** The shared maps and the rows of the nodes in Ignite caches. Knows no messages. */
@NullMarked
package io.durableserver.ignite.map;

import org.jspecify.annotations.NullMarked;
