package io.durableserver.benchmarks.mutants;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Plants each fault of {@code benchmarks/mutants}, one at a time and never into the sources themselves, and prints who finds
 * it. Options: {@code --only ID...}, {@code --list}, {@code --check} (only compile them), {@code --seeds N} of each scenario
 * (2,000; 0 for none), {@code --no-tests}, {@code --limit SECONDS} for a test and for the seeds of a fault (60). Seeds are tried
 * where no test finds a fault, and where the list says that they have to. First the tests run without a fault;
 * those that fail then are told, and do not count.
 */
public final class Mutants {
    private long seeds = 2_000;
    private long limitSeconds = 60;
    private boolean tests = true;
    private boolean list;
    private boolean check;
    private final Set<String> only = new HashSet<>();

    private Mutants() {}

    /** Exit status 0 when all are found or are known to be harmless, 1 when one survived, 2 when the list is out of date. */
    public static void main(String[] arguments) throws Exception {
        Mutants mutants = new Mutants();
        mutants.read(List.of(arguments));
        System.exit(mutants.run(Path.of(System.getProperty("bench.root", ".")).toAbsolutePath()));
    }

    private void read(List<String> arguments) {
        for (int i = 0; i < arguments.size(); i++) {
            switch (arguments.get(i)) {
                case "--only" -> only.addAll(arguments.subList(i + 1, arguments.size()));
                case "--seeds" -> seeds = Long.parseLong(arguments.get(++i));
                case "--limit" -> limitSeconds = Long.parseLong(arguments.get(++i));
                case "--no-tests" -> tests = false;
                case "--list" -> list = true;
                case "--check" -> check = true;
                default -> {
                    if (only.isEmpty()) {
                        throw new IllegalArgumentException("Unknown option " + arguments.get(i));
                    }
                }
            }
        }
    }

    private int run(Path root) throws IOException, InterruptedException {
        List<Mutant> all = load(root.resolve("benchmarks/mutants"));
        List<Mutant> chosen = all.stream()
                .filter(mutant -> only.isEmpty() || only.contains(mutant.id()))
                .toList();
        if (list) {
            all.forEach(mutant -> System.out.printf("%-6s %s%n", mutant.id(), mutant.title()));
            return 0;
        }
        Sources sources = Sources.find(root);
        Planting planting = new Planting(sources);
        List<String> outdated = planting.outdated(all);
        outdated.forEach(System.err::println);
        if (!outdated.isEmpty() || chosen.isEmpty()) {
            return 2;
        }
        return hunt(chosen, planting, new Hunt(sources, seeds, limitSeconds));
    }

    private static List<Mutant> load(Path directory) throws IOException {
        List<Mutant> mutants = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".txt"))
                    .sorted()
                    .toList()) {
                mutants.addAll(MutantFormat.parse(file.getFileName().toString(), Files.readAllLines(file)));
            }
        }
        Set<String> ids = new HashSet<>();
        for (Mutant mutant : mutants) {
            if (!ids.add(mutant.id())) {
                throw new IllegalArgumentException("Two faults have the id " + mutant.id());
            }
        }
        return mutants;
    }

    private int hunt(List<Mutant> chosen, Planting planting, Hunt hunt) throws IOException, InterruptedException {
        System.out.println("| id | fault | by test | by seed | |\n|---|---|---|---|---|");
        int found = 0;
        int survived = 0;
        Set<String> failing = tests && !check ? failing(chosen, hunt) : Set.of();
        for (Mutant each : chosen) {
            Mutant mutant = tests ? each.without(failing) : each.untested();
            Path directory = Files.createTempDirectory("mutant-" + mutant.id() + "-");
            try {
                planting.plant(mutant, directory);
                if (check) {
                    continue;
                }
                Verdict verdict = hunt.verdict(mutant, directory);
                found += verdict.isFound() ? 1 : 0;
                survived += verdict.isFound() || mutant.survives() ? 0 : 1;
                System.out.println(verdict.row());
            } finally {
                delete(directory);
            }
        }
        System.out.printf(Locale.ROOT, "%n%d faults: %d found, %d survived%n", chosen.size(), found, survived);
        return survived == 0 ? 0 : 1;
    }

    /** Test classes that fail without a fault: they find none, and are told and left out. */
    private static Set<String> failing(List<Mutant> chosen, Hunt hunt) throws IOException, InterruptedException {
        Set<String> failing = new HashSet<>();
        Set<String> left = new TreeSet<>();
        chosen.forEach(mutant -> left.addAll(mutant.tests()));
        while (!left.isEmpty()) {
            Path directory = Files.createTempDirectory("mutant-none-");
            try {
                List<String> some = left.stream().limit(8).toList();
                Verdict verdict = hunt.verdict(Mutant.none(some), directory);
                List<String> bad = verdict.isFound()
                        ? some.stream()
                                .filter(test -> verdict.test().text().startsWith(simple(test) + "."))
                                .toList()
                        : List.of();
                if (verdict.isFound()) {
                    System.out.println(verdict.row());
                }
                failing.addAll(bad);
                left.removeAll(bad.isEmpty() ? some : bad);
            } finally {
                delete(directory);
            }
        }
        return failing;
    }

    private static String simple(String test) {
        return test.substring(test.lastIndexOf('.') + 1);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
