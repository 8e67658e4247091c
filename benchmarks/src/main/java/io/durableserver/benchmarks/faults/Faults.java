package io.durableserver.benchmarks.faults;

import io.durableserver.benchmarks.report.Check;
import io.durableserver.benchmarks.report.Machine;
import io.durableserver.benchmarks.report.Report;
import io.durableserver.benchmarks.report.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Breaks clusters of three processes in all ways and prints what became of them: {@code faults} or {@code recovery}, perhaps
 * {@code --quick}, {@code --runs N} of each (1), {@code --only WORD...} for those whose name and store contain all words.
 */
public final class Faults {
    private final boolean recovery;
    private boolean quick;
    private int runs = 1;
    private List<String> only = List.of();

    private Faults(boolean recovery) {
        this.recovery = recovery;
    }

    /** Exit status 0 when no promise was broken; missed goals are shown, not punished. */
    public static void main(String[] arguments) throws IOException {
        Faults faults = new Faults(arguments[0].equals("recovery"));
        faults.read(List.of(arguments).subList(1, arguments.length));
        Path target = Path.of(System.getProperty("bench.root", "."), "benchmarks", "target");
        System.exit(faults.run(target) ? 0 : 1);
    }

    private void read(List<String> options) {
        for (int i = 0; i < options.size(); i++) {
            switch (options.get(i)) {
                case "--quick" -> quick = true;
                case "--runs" -> runs = Integer.parseInt(options.get(++i));
                case "--only" -> {
                    only = options.subList(i + 1, options.size());
                    return;
                }
                default -> throw new IllegalArgumentException("Unknown option " + options.get(i));
            }
        }
    }

    private boolean run(Path root) throws IOException {
        List<Scenario> scenarios = (recovery ? Scenarios.recovery(quick) : Scenarios.faults(quick))
                .stream().filter(this::isChosen).toList();
        System.out.println("\n" + Machine.line() + "\n");
        System.out.print(FaultTable.HEAD);
        List<Outcome> outcomes = new ArrayList<>();
        int failures = 0;
        for (Scenario scenario : scenarios) {
            Optional<String> missing = scenario.missing();
            if (missing.isPresent()) {
                System.out.println(FaultTable.skipped(scenario, missing.orElseThrow()));
                continue;
            }
            for (int run = 1; run <= runs; run++) {
                try {
                    Outcome outcome = scenario.run(root.resolve("faults").resolve(scenario.directory() + "-" + run));
                    outcomes.add(outcome);
                    System.out.println(FaultTable.row(outcome));
                } catch (RuntimeException failed) {
                    // The others are worth their rows all the same; the exit status tells.
                    failures++;
                    System.out.println(FaultTable.failed(scenario, failed));
                }
            }
        }
        List<Check> checks = Goals.checks(outcomes, recovery);
        checks.add(Check.exactly("runs that did not come to an end", failures, 0));
        System.out.println("\n" + Table.checks(checks) + "\n" + FaultTable.LEGEND);
        Path file = Report.write(
                root.resolve("results"),
                recovery ? "recovery" : "faults",
                quick,
                outcomes.stream().map(FaultTable::figures).toList(),
                checks,
                List.of());
        System.out.println("JSON: " + file);
        return checks.stream().noneMatch(check -> check.must() && !check.met());
    }

    private boolean isChosen(Scenario scenario) {
        String name = scenario.name() + " " + scenario.settings().store();
        return only.stream().allMatch(name::contains);
    }
}
