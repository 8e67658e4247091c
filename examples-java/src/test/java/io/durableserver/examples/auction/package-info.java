/** Tests of the auction as its author would write them. */
@NullMarked
package io.durableserver.examples.auction;

import org.jspecify.annotations.NullMarked;
