package io.durableserver.benchmarks.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.benchmarks.faults.Fault.Kill;
import io.durableserver.benchmarks.faults.Settings.Store;
import io.durableserver.benchmarks.report.Check;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class FaultTableTest {
    private static final Scenario KILL =
            new Scenario("kill 1", Settings.fast(Store.KV), List.of(new Kill(List.of(2), Duration.ZERO)));

    private static Outcome outcome(Violations violations, double last, String left) {
        return new Outcome(
                KILL, 1_234, 5, violations, 1.5, 2.25, new Recovery(1, last, left.isEmpty() ? 3 : Double.NaN), left, 1);
    }

    @Test
    void aRowSaysWhatCameBackAndWhen() {
        assertThat(FaultTable.row(outcome(Violations.NONE, 1.75, "")))
                .isEqualTo("| kill 1 | KV | 1,234 | 5 | 0 | 1.5 / 2.3 | 1.0 | 1.8 | 3.0 | yes |");
    }

    @Test
    void whatDidNotComeBackAndWhatWasLostIsNotHidden() {
        assertThat(FaultTable.row(outcome(new Violations(1, 0, 0, 0, 0, 0, 2, 0), Double.NaN, "n3: 4 of 8 lists")))
                .contains("lost=1", "stale=2", "| never | never | **no**: n3: 4 of 8 lists |");
    }

    @Test
    void aBrokenPromiseIsWrongAndATimeIsMissed() {
        List<Check> checks = Goals.checks(List.of(outcome(new Violations(1, 0, 0, 0, 0, 0, 0, 0), 3, "n3")), true);

        assertThat(checks).filteredOn(check -> !check.met()).hasSize(3);
        assertThat(checks)
                .filteredOn(check -> check.must() && !check.met())
                .extracting(Check::value)
                .containsExactly(1.0);
    }

    @Test
    void theFileHasTheFiguresOfTheTable() {
        FaultTable.Figures figures = FaultTable.figures(outcome(new Violations(1, 0, 0, 0, 0, 0, 2, 0), 1.75, "n3"));

        assertThat(figures.fault()).isEqualTo("kill 1");
        assertThat(figures.wrong()).isEqualTo(3);
        assertThat(figures.lastSeconds()).isEqualTo(1.75);
        assertThat(figures.byItself()).isFalse();
    }

    @Test
    void aTimeThatNeverCameMeetsNoGoal() {
        assertThat(Goals.checks(List.of(outcome(Violations.NONE, Double.NaN, "")), true))
                .filteredOn(check -> !check.met())
                .hasSize(1);
    }
}
