/** The stores together. */
@NullMarked
package io.durableserver.examples.stores;

import org.jspecify.annotations.NullMarked;
