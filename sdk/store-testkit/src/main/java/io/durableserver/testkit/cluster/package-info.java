/**
 * The contracts of the cluster SPIs ({@link io.durableserver.spi.SharedMap}, {@link io.durableserver.spi.Transport}, {@link
 * io.durableserver.spi.Membership}) as tests, for those who implement a cluster; knows no real one.
 */
@NullMarked
package io.durableserver.testkit.cluster;

import org.jspecify.annotations.NullMarked;
