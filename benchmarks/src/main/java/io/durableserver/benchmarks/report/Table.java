package io.durableserver.benchmarks.report;

import java.util.List;
import java.util.Locale;

/** Renders rows and checks as Markdown. */
public final class Table {
    private Table() {}

    /** The rows, in order. */
    public static String rows(List<Row> rows) {
        StringBuilder text = new StringBuilder(
                "| scenario | subject | ops/s | p50 us | p99 us | CPU us/op | B/op | load |\n|---|---|--:|--:|--:|--:|--:|--:|\n");
        for (Row row : rows) {
            line(
                    text,
                    row.scenario(),
                    row.subject(),
                    count(row.perSecond()),
                    figure(row.p50Micros()),
                    figure(row.p99Micros()),
                    figure(row.cpuMicros()),
                    count(row.bytes()),
                    figure(row.load()));
        }
        return text.toString();
    }

    /** The checks, in order. */
    public static String checks(List<Check> checks) {
        StringBuilder text = new StringBuilder("| target | measured | bound | |\n|---|--:|--:|---|\n");
        for (Check check : checks) {
            String relation = check.must() ? "difference " : check.atLeast() ? ">= " : "<= ";
            String missed = check.must() ? "**WRONG**" : "missed";
            line(
                    text,
                    check.name(),
                    figure(check.value()),
                    relation + figure(check.bound()),
                    check.met() ? "met" : missed);
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String... cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    /** Three significant digits below 1,000, else whole. */
    static String figure(double value) {
        if (Double.isNaN(value)) {
            return "-";
        }
        double size = Math.abs(value);
        String format = size >= 100 || value == 0 ? "%,.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f";
        return String.format(Locale.ROOT, format, value);
    }

    private static String count(double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%,.0f", value);
    }
}
