/**
 * A server that uses all there is: {@link io.durableserver.examples.auction.Auction} sells one item,
 * {@link io.durableserver.examples.auction.House} keeps the books. Explained in {@code sdk/docs/everything.md}.
 */
@NullMarked
package io.durableserver.examples.auction;

import org.jspecify.annotations.NullMarked;
