/** The only place where user code is entered and its throwables are classified. Knows no I/O. */
@NullMarked
package io.durableserver.runtime.turn;

import org.jspecify.annotations.NullMarked;
