package io.durableserver.benchmarks.faults;

import io.durableserver.benchmarks.faults.Fault.FullDisk;
import io.durableserver.benchmarks.faults.Fault.OneWay;
import io.durableserver.benchmarks.faults.Fault.Split;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Faults one after the other on one cluster; between them it is waited until all nodes serve all lists. */
record Scenario(String name, Settings settings, List<Fault> faults) {
    /** What this machine lacks for it, if anything. */
    Optional<String> missing() {
        return faults.stream().flatMap(fault -> fault.missing().stream()).findFirst();
    }

    /** A name for a directory. */
    String directory() {
        return (name + "-" + settings.store()).replaceAll("[^A-Za-z0-9]+", "-");
    }

    Outcome run(Path logs) throws IOException {
        boolean network = faults.stream().anyMatch(fault -> fault instanceof Split || fault instanceof OneWay);
        Wires wires = network ? Namespaces.open(NodePlan.NODES) : Wires.loopback();
        List<Integer> small = faults.stream()
                .filter(FullDisk.class::isInstance)
                .flatMap(fault -> fault.hit().stream())
                .distinct()
                .toList();
        try (Cluster cluster = Cluster.start(settings, wires, small, logs)) {
            return new Run(this, cluster).run();
        }
    }
}
