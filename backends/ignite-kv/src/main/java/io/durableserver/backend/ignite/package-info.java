/** Durable records in an Ignite cache; knows neither ownership nor placement. */
@NullMarked
package io.durableserver.backend.ignite;

import org.jspecify.annotations.NullMarked;
