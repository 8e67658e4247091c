/** Stubs the runtime's tests share: virtual time, a cluster of one node, a backend in memory. */
@NullMarked
package io.durableserver.runtime.testing;

import org.jspecify.annotations.NullMarked;
