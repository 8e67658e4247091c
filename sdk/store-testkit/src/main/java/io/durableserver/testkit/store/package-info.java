/** The contract of the {@link io.durableserver.spi.Backend} SPI as tests, for those who write a store; knows no real store. */
@NullMarked
package io.durableserver.testkit.store;

import org.jspecify.annotations.NullMarked;
