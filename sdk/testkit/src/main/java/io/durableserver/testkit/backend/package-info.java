/**
 * Stores for tests and the compatibility kit of the {@link io.durableserver.spi.Backend} SPI; knows neither ownership nor
 * a real store.
 */
@NullMarked
package io.durableserver.testkit.backend;

import org.jspecify.annotations.NullMarked;
