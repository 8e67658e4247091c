/** Dirty state, the write in flight, and which outputs a finished write releases. Does not know formats or stores. */
@NullMarked
package io.durableserver.runtime.sync;

import org.jspecify.annotations.NullMarked;
