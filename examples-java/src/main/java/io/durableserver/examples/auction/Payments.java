package io.durableserver.examples.auction;

import java.util.concurrent.CompletionStage;

/** What charges cards, given to each node as a service. */
@FunctionalInterface
public interface Payments {
    /** Charges a card; ends with the receipt. Does not block. */
    CompletionStage<String> charge(String card, long amount);
}
