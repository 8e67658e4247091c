/** Requests to other nodes and their answers, as jobs of Ignite compute. Knows no frames. */
@NullMarked
package io.durableserver.ignite.control;

import org.jspecify.annotations.NullMarked;
