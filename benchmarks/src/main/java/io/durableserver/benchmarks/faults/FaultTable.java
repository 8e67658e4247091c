package io.durableserver.benchmarks.faults;

import java.util.Locale;

/** Renders outcomes as Markdown. */
final class FaultTable {
    static final String HEAD = """
            | fault | store | acknowledged | unknown | lost/doubled/false | gap: cluster / worst list | first | last | whole | by itself |
            |---|---|--:|--:|--:|--:|--:|--:|--:|---|
            """;

    static final String LEGEND = """
            Seconds. Gap: longest time without an acknowledged append. First and last: from the fault until the first, and the last,
            list of the hit nodes is served by the others (by any where all are hit). Whole: from the end of the fault (thawed, healed,
            joined) until every node serves every list.
            """;

    private FaultTable() {}

    static String row(Outcome outcome) {
        Recovery recovery = outcome.recovery();
        return String.join(
                " | ",
                "| " + outcome.scenario().name(),
                outcome.scenario().settings().store().name(),
                String.format(Locale.ROOT, "%,d", outcome.acknowledged()),
                String.format(Locale.ROOT, "%,d", outcome.unknown()),
                outcome.violations().total() == 0 ? "0" : "**" + outcome.violations() + "**",
                seconds(outcome.gap()) + " / " + seconds(outcome.keyGap()),
                seconds(recovery.first()),
                seconds(recovery.last()),
                seconds(recovery.whole()),
                (outcome.left().isEmpty() ? "yes" : "**no**: " + outcome.left()) + " |");
    }

    /**
     * A row as the JSON file has it.
     *
     * @param wrong acknowledgements lost or doubled, and outcomes told wrongly
     * @param byItself whether no hands were needed
     */
    record Figures(
            String fault,
            String store,
            long acknowledged,
            long unknown,
            int wrong,
            double gapSeconds,
            double worstListGapSeconds,
            double firstSeconds,
            double lastSeconds,
            double wholeSeconds,
            boolean byItself,
            double load) {}

    static Figures figures(Outcome outcome) {
        Recovery recovery = outcome.recovery();
        return new Figures(
                outcome.scenario().name(),
                outcome.scenario().settings().store().name(),
                outcome.acknowledged(),
                outcome.unknown(),
                outcome.violations().total(),
                outcome.gap(),
                outcome.keyGap(),
                recovery.first(),
                recovery.last(),
                recovery.whole(),
                outcome.left().isEmpty(),
                outcome.load());
    }

    static String skipped(Scenario scenario, String why) {
        return "| " + scenario.name() + " | " + scenario.settings().store() + " | skipped: " + why + " |||||||";
    }

    static String failed(Scenario scenario, RuntimeException why) {
        return "| " + scenario.name() + " | " + scenario.settings().store() + " | **failed**: " + why.getMessage()
                + " |||||||";
    }

    private static String seconds(double value) {
        return Double.isNaN(value) ? "never" : String.format(Locale.ROOT, "%.1f", value);
    }
}
