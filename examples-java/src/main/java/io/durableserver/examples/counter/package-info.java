/** A durable counter, the smallest whole application. */
@NullMarked
package io.durableserver.examples.counter;

import org.jspecify.annotations.NullMarked;
