/** How servers are tested, and how the scenario's accounting is. */
@NullMarked
package io.durableserver.examples.counter;

import org.jspecify.annotations.NullMarked;
