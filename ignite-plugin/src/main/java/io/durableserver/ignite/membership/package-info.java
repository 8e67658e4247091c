/** The nodes that take part in a prefix, and the proof that a process is gone: attributes of nodes and discovery. Knows no messages and no maps. */
@NullMarked
package io.durableserver.ignite.membership;

import org.jspecify.annotations.NullMarked;
