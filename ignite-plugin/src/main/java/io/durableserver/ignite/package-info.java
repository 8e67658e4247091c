/** The Ignite plugin and the cluster SPIs on Ignite; knows no store. */
@NullMarked
package io.durableserver.ignite;

import org.jspecify.annotations.NullMarked;
