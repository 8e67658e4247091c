/** The seam to the runtime: {@code RuntimeLauncher} is all this module wants of one, {@code DurableNodeLauncher} alone knows the real one. */
@NullMarked
package io.durableserver.ignite.launch;

import org.jspecify.annotations.NullMarked;
