package io.durableserver.benchmarks.faults;

import io.durableserver.benchmarks.faults.Fault.Freeze;
import io.durableserver.benchmarks.faults.Fault.Kill;
import io.durableserver.benchmarks.faults.Fault.Split;
import io.durableserver.benchmarks.faults.Settings.Store;
import io.durableserver.benchmarks.report.Check;
import java.util.ArrayList;
import java.util.List;

/** What must hold, and how fast a cluster shall come back. */
final class Goals {
    private static final double ONE_NODE = 2;
    private static final double TWO_NODES = 5;
    private static final double HEALED = 15;

    private Goals() {}

    static String name(Fault fault) {
        if (fault instanceof Kill kill) {
            return "kill " + kill.hit().size();
        } else if (fault instanceof Freeze freeze) {
            return "freeze " + freeze.time().toSeconds() + " s";
        } else if (fault instanceof Split split) {
            return "split " + split.sides().size() + " sides, " + split.time().toSeconds() + " s";
        }
        return "store down " + fault.time().toSeconds() + " s";
    }

    static List<Check> checks(List<Outcome> outcomes, boolean times) {
        List<Check> checks = new ArrayList<>();
        checks.add(Check.exactly(
                "lost, doubled or false",
                outcomes.stream()
                        .mapToInt(outcome -> outcome.violations().total())
                        .sum(),
                0));
        checks.add(Check.atMost(
                "runs that needed hands",
                (double) outcomes.stream()
                        .filter(outcome -> !outcome.left().isEmpty())
                        .count(),
                0));
        if (times) {
            outcomes.forEach(outcome -> checks.addAll(times(outcome)));
        }
        return checks;
    }

    private static List<Check> times(Outcome outcome) {
        String name =
                outcome.scenario().name() + ", " + outcome.scenario().settings().store();
        Recovery recovery = outcome.recovery();
        Fault fault = outcome.scenario().faults().get(0);
        if (fault instanceof Split || fault instanceof Freeze) {
            return List.of(Check.atMost(name + ": s until whole, once possible", recovery.whole(), HEALED));
        }
        if (fault instanceof Kill kill && outcome.scenario().settings().store() == Store.KV) {
            return switch (kill.hit().size()) {
                case 1 -> List.of(Check.atMost(name + ": s until the last list", recovery.last(), ONE_NODE));
                // One alone is no quorum: it is possible once the others have joined again.
                case 2 -> List.of(Check.atMost(name + ": s until whole, once possible", recovery.whole(), TWO_NODES));
                default -> List.of();
            };
        }
        return List.of();
    }
}
