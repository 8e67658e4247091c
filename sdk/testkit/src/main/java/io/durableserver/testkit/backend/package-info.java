/**
 * Stores for tests, in memory and such as fail on purpose, and the node that opens one; knows neither ownership nor
 * a real store.
 */
@NullMarked
package io.durableserver.testkit.backend;

import org.jspecify.annotations.NullMarked;
