/** Composition root: makes the rooms, starts and stops them in order. Knows no business rules. */
@NullMarked
package io.durableserver.runtime.node;

import org.jspecify.annotations.NullMarked;
