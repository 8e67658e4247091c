package io.durableserver.testkit.sim;

import io.durableserver.testkit.sim.Chaos.Kind;
import io.durableserver.testkit.sim.LedgerScenario.Setting;
import io.durableserver.testkit.sim.SimRandom.Span;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;

/** What can be run with a seed, by name; each throws when it shows a defect. */
final class Scenarios {
    /** Nodes that were given up hear of it late, and clocks drift apart almost as far as the margin allows. */
    private static final SimConfig LEASES_AT_THE_EDGE =
            SimConfig.DEFAULT.withClockDrift(0.09).withSegmentation(Span.millis(0, 6_000));

    private Scenarios() {}

    static Map<String, LongFunction<Simulation>> all() {
        Map<String, LongFunction<Simulation>> all = new LinkedHashMap<>();
        all.put("ledgers", LedgerScenario::run);
        all.put("leases", Scenarios::leases);
        all.put("renewals", Scenarios::renewals);
        all.put("silences", Scenarios::silences);
        all.put("restores", Scenarios::restores);
        all.put("rolling", Scenarios::rolling);
        all.put("splits", Scenarios::splits);
        all.put("heals", Scenarios::heals);
        all.put("lies", Scenarios::lies);
        all.put("opens", Scenarios::opens);
        all.put("parting", Scenarios::parting);
        all.put("repeats", Scenarios::repeats);
        all.put("readiness", ReadinessScenario::run);
        all.put("views", ViewScenario::run);
        return all;
    }

    /** Who was given up runs on, with and without the store, while others judge its lease. */
    static Simulation leases(long seed) {
        List<Kind> kinds = List.of(Kind.FALSE_ALARM, Kind.STORE_CUT, Kind.FREEZE, Kind.STOP_INSIDE, Kind.TWIN);
        return LedgerScenario.run(seed, new Setting(LEASES_AT_THE_EDGE, kinds, false, 3, 4));
    }

    /** The renewals of who was given up get through just when others judge its lease. */
    static Simulation renewals(long seed) {
        return LedgerScenario.run(seed, new Setting(LEASES_AT_THE_EDGE, List.of(Kind.RENEWAL_RACE), false, 3, 4));
    }

    /** Owners serve and do not answer those who ask whether they do, while nothing but the record names them. */
    static Simulation silences(long seed) {
        List<Kind> kinds = List.of(Kind.SILENT_OWNER, Kind.SILENT_OWNER, Kind.SILENT_OWNER, Kind.STOP, Kind.CRASH);
        return LedgerScenario.run(seed, new Setting(SimConfig.DEFAULT, kinds, false, 4, 4));
    }

    /** Most increments have a request id, and are sent again by the library and by clients, before and after they were answered. */
    static Simulation repeats(long seed) {
        return LedgerScenario.run(seed, Setting.ANYTHING.repeating(70));
    }

    /** Records are put back by hand while their servers run and the store fails. */
    static Simulation restores(long seed) {
        List<Kind> kinds = List.of(Kind.RESTORED, Kind.RESTORED, Kind.STORE_FAULTS, Kind.STORE_SLOW);
        return LedgerScenario.run(seed, new Setting(SimConfig.DEFAULT, kinds, false, 4, 4));
    }

    /** Clusters fall apart, run on, and come together again, while processes die and the shared map loses what it had. */
    static Simulation splits(long seed) {
        List<Kind> kinds = List.of(
                Kind.SPLIT,
                Kind.SPLIT,
                Kind.SPLIT,
                Kind.CRASH,
                Kind.FREEZE,
                Kind.STORE_FAULTS,
                Kind.STOP,
                Kind.MAP_DEATH);
        return LedgerScenario.run(seed, new Setting(SimConfig.DEFAULT, kinds, false, 4, 4));
    }

    /** Clusters fall apart, and settle by the store which side steps down: they become one again without hands. */
    static Simulation heals(long seed) {
        List<Kind> kinds = List.of(Kind.SPLIT, Kind.SPLIT, Kind.SPLIT, Kind.CRASH, Kind.STORE_SLOW, Kind.STOP);
        return LedgerScenario.run(seed, new Setting(SimConfig.DEFAULT, kinds, false, 4, 3, true));
    }

    /** Nodes leave in good order and come back; servers stop, fail to start, are deleted: nothing gets lost. */
    static Simulation rolling(long seed) {
        return LedgerScenario.run(seed, new Setting(SimConfig.DEFAULT, List.of(Kind.STOP), true, 4, 4));
    }

    /** The ways to the store lose, delay, repeat and cut requests and answers, while processes die and freeze. */
    static Simulation lies(long seed) {
        List<Kind> kinds = List.of(Kind.CRASH, Kind.FREEZE, Kind.STOP, Kind.FALSE_ALARM, Kind.STORE_SLOW);
        return LedgerScenario.run(seed, new Setting(SimConfig.DEFAULT, kinds, false, 4, 4, false, true));
    }

    /** Turns stay open, and whatever the seed draws breaks in the middle of them. */
    static Simulation opens(long seed) {
        return LedgerScenario.run(seed, Setting.ANYTHING.opening(60));
    }

    /** Turns stay open while nodes leave in good order and servers stop, fail to start, and are deleted: nothing gets lost. */
    static Simulation parting(long seed) {
        Setting rolling = new Setting(SimConfig.DEFAULT, List.of(Kind.STOP), true, 4, 4);
        return LedgerScenario.run(seed, rolling.opening(60));
    }
}
