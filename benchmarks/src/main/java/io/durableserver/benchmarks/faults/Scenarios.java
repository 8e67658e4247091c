package io.durableserver.benchmarks.faults;

import io.durableserver.benchmarks.faults.Fault.Freeze;
import io.durableserver.benchmarks.faults.Fault.FullDisk;
import io.durableserver.benchmarks.faults.Fault.Kill;
import io.durableserver.benchmarks.faults.Fault.OneWay;
import io.durableserver.benchmarks.faults.Fault.Split;
import io.durableserver.benchmarks.faults.Fault.StoreDown;
import io.durableserver.benchmarks.faults.Fault.Terminate;
import io.durableserver.benchmarks.faults.Settings.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** What is done to clusters. */
final class Scenarios {
    private static final List<List<Integer>> TWO_AND_ONE = List.of(List.of(1, 2), List.of(3));
    private static final List<List<Integer>> THREE = List.of(List.of(1), List.of(2), List.of(3));

    private Scenarios() {}

    /** All kinds of faults, with settings as they may be in use. */
    static List<Scenario> faults(boolean quick) {
        if (quick) {
            return List.of(shortSet(1));
        }
        List<Scenario> all = new ArrayList<>();
        for (Store store : Store.values()) {
            Settings settings = Settings.of(store);
            all.add(new Scenario("kill -9 of one, twice", settings, List.of(kill(seconds(8), 2), kill(seconds(8), 1))));
            all.add(new Scenario("kill -9 of two at once", settings, List.of(kill(seconds(10), 1, 3))));
            all.add(new Scenario("kill -9 of all at once", settings, List.of(kill(seconds(0), 1, 2, 3))));
            all.add(new Scenario("frozen for 3 s", settings, List.of(freeze(seconds(3)))));
            all.add(new Scenario("frozen for 15 s", settings, List.of(freeze(seconds(15)))));
            all.add(new Scenario("frozen for 40 s", settings, List.of(freeze(seconds(40)))));
            all.add(new Scenario(
                    "SIGTERM under load, two in turn",
                    settings,
                    List.of(new Terminate(List.of(2)), new Terminate(List.of(3)))));
            if (store == Store.KV) {
                all.add(new Scenario("disk full for 20 s", settings, List.of(new FullDisk(2, seconds(20)))));
            } else {
                all.add(new Scenario("store down for 20 s", settings, List.of(new StoreDown(seconds(20)))));
            }
            all.add(new Scenario("split 2 / 1 for 30 s", settings, List.of(new Split(TWO_AND_ONE, seconds(30)))));
            all.add(new Scenario("split 1 / 1 / 1 for 30 s", settings, List.of(new Split(THREE, seconds(30)))));
            all.add(new Scenario("one way dropped for 30 s", settings, List.of(new OneWay(1, 2, seconds(30)))));
        }
        return all;
    }

    /** What the build does each time: a kill, and a freeze that is longer than the failure detection; on the store that starts faster. */
    static Scenario shortSet(int rounds) {
        List<Fault> faults = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            faults.add(kill(seconds(3), 1 + round % 3));
            faults.add(new Freeze(List.of(1 + (round + 1) % 3), seconds(9)));
        }
        return new Scenario("kill -9 of one, frozen for 9 s", Settings.of(Store.S3), faults);
    }

    /** Those whose times have goals. */
    static List<Scenario> recovery(boolean quick) {
        List<Scenario> all = new ArrayList<>();
        for (Store store : Store.values()) {
            Function<Fault, Scenario> of =
                    fault -> new Scenario(Goals.name(fault), Settings.fast(store), List.of(fault));
            all.add(of.apply(kill(seconds(10), 2)));
            if (quick) {
                return all;
            }
            all.add(of.apply(kill(seconds(10), 1, 3)));
            all.add(of.apply(kill(seconds(0), 1, 2, 3)));
            all.add(of.apply(freeze(seconds(15))));
            all.add(of.apply(freeze(seconds(40))));
            all.add(of.apply(new Split(TWO_AND_ONE, seconds(30))));
            all.add(of.apply(new Split(THREE, seconds(30))));
            if (store == Store.S3) {
                all.add(of.apply(new StoreDown(seconds(20))));
            }
        }
        return all;
    }

    private static Fault kill(Duration time, Integer... nodes) {
        return new Kill(List.of(nodes), time);
    }

    private static Fault freeze(Duration time) {
        return new Freeze(List.of(2), time);
    }

    private static Duration seconds(int count) {
        return Duration.ofSeconds(count);
    }
}
