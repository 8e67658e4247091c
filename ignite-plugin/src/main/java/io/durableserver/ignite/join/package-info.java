/** Which nodes may be in one cluster: {@code JoinRules}, a pure function of what nodes and stores say. Knows no configuration of a node. */
@NullMarked
package io.durableserver.ignite.join;

import org.jspecify.annotations.NullMarked;
