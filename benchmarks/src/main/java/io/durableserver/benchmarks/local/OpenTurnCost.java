package io.durableserver.benchmarks.local;

import io.durableserver.ServerRef;
import io.durableserver.benchmarks.local.PairedCalls.Way;
import io.durableserver.benchmarks.node.Counter;
import io.durableserver.benchmarks.node.SoloNode;
import io.durableserver.benchmarks.report.Row;
import java.util.function.Consumer;

/**
 * What a handler costs that returns a stage which is done already, against the plain handler that does the same. Batches of the
 * two take turns, and the median of their differences counts.
 */
final class OpenTurnCost {
    private OpenTurnCost() {}

    /** Measures; returns the microseconds that a done stage adds to a call, in place and handed over. */
    static double[] micros(boolean quick, Consumer<Row> rows) {
        PairedCalls calls = new PairedCalls(quick);
        try (SoloNode node = new SoloNode()) {
            ServerRef inPlace = node.countersInPlace(1)[0];
            PairedBatches near = calls.inPlace(plain(inPlace), withStage(inPlace));
            tell(rows, near, "stage that is done, in place", LocalSuite.IN_PLACE);
            ServerRef handedOver = node.counters(1)[0];
            PairedBatches far = calls.handedOver(plain(handedOver), withStage(handedOver));
            tell(rows, far, "stage that is done, handed over", LocalSuite.OURS);
            return new double[] {near.microsMore(), far.microsMore()};
        }
    }

    private static Way plain(ServerRef counter) {
        return new Way(counter, new Counter.Increment(1));
    }

    private static Way withStage(ServerRef counter) {
        return new Way(counter, new Counter.IncrementAsync(1));
    }

    private static void tell(Consumer<Row> rows, PairedBatches batches, String scenario, String subject) {
        rows.accept(batches.other(scenario, subject + ", callAsync handler"));
        rows.accept(batches.plain(scenario, subject + ", plain handler"));
    }
}
