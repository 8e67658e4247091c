/** Threads and stages of this module, and what of the failures of Ignite says that nothing was sent. Knows nothing of durable servers. */
@NullMarked
package io.durableserver.ignite.base;

import org.jspecify.annotations.NullMarked;
