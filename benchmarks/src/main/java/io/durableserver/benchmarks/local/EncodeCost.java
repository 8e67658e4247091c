package io.durableserver.benchmarks.local;

import io.durableserver.Codec;
import io.durableserver.benchmarks.report.Row;
import io.durableserver.runtime.codec.JsonCodec;
import io.durableserver.runtime.verify.VerifiedCodec;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What it costs to look whether a value is of classes that have been proved to come back, against the encode itself. Batches
 * with and without the look take turns on one thread, and the median of their ratios counts.
 */
final class EncodeCost {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int PAIRS = 300;
    private static final int QUICK_PAIRS = 10;
    /** Values in a batch, so that one takes about a millisecond. */
    private static final int SMALL_BATCH = 5_000;

    private static final int ORDER_BATCH = 200;

    record Small(long value, String name) {}

    record Order(String id, Instant placed, List<Line> lines, Map<String, Long> totals, Payment payment) {}

    record Line(String article, int count, Discount discount) {}

    sealed interface Discount permits None, Percent {}

    record None() implements Discount {}

    record Percent(int percent) implements Discount {}

    sealed interface Payment permits Card, Invoice {}

    record Card(String token) implements Payment {}

    record Invoice(String address, int days) implements Payment {}

    private static final Codec PLAIN = JsonCodec.INSTANCE;
    private static final Codec CHECKED = new VerifiedCodec(JsonCodec.INSTANCE);

    private final Consumer<Row> rows;
    private final int pairs;
    private long bytes;

    private EncodeCost(boolean quick, Consumer<Row> rows) {
        this.pairs = quick ? QUICK_PAIRS : PAIRS;
        this.rows = rows;
    }

    /** Measures, and returns the worst ratio of the shapes. */
    static double worst(boolean quick, Consumer<Row> rows) {
        EncodeCost cost = new EncodeCost(quick, rows);
        double small = cost.ratio("encode, small record", new Small(42, "forty-two"), SMALL_BATCH);
        double order = cost.ratio("encode, order of 20 sealed lines", order(), ORDER_BATCH);
        if (cost.bytes == 0) {
            throw new IllegalStateException("Nothing was encoded");
        }
        return Math.max(small, order);
    }

    private static Order order() {
        List<Line> lines = new ArrayList<>();
        Map<String, Long> totals = new TreeMap<>();
        for (int i = 0; i < 20; i++) {
            lines.add(new Line("article-" + i, i, i % 2 == 0 ? new None() : new Percent(i)));
            totals.put("total-" + i, i * 1_000L);
        }
        return new Order("order-1", Instant.ofEpochSecond(1_800_000_000), lines, totals, new Card("token"));
    }

    private double ratio(String scenario, Object value, int batch) {
        PairedBatches batches = PairedBatches.measure(
                pairs,
                batch,
                THREADS::getCurrentThreadCpuTime,
                () -> encode(PLAIN, value, batch),
                () -> encode(CHECKED, value, batch));
        rows.accept(batches.other(scenario, LocalSuite.OURS));
        rows.accept(batches.plain(scenario, "limit: not checked"));
        return batches.ratio();
    }

    private void encode(Codec codec, Object value, int times) {
        for (int i = 0; i < times; i++) {
            bytes += codec.encode(value, value.getClass()).length;
        }
    }
}
