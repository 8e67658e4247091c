package io.durableserver.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
    @Test
    void figuresHaveThreeDigitsAndAMissingOneIsADash() {
        assertThat(List.of(0.0304, 1.2345, 45.67, 1234.5, 0.0, Double.NaN).stream()
                        .map(Table::figure))
                .containsExactly("0.030", "1.23", "45.7", "1,235", "0", "-");
    }

    @Test
    void aRowShowsWhatWasMeasuredOnly() {
        double none = Double.NaN;
        Row row = new Row("64 callers", "limit", 10, 1_234_567.8, 0.25, none, 3.5, 121.4, 2.25);

        assertThat(Table.rows(List.of(row)))
                .endsWith("| 64 callers | limit | 1,234,568 | 0.250 | - | 3.50 | 121 | 2.25 |\n");
    }

    @Test
    void aMissedGoalDiffersFromAWrongSum() {
        String text = Table.checks(
                List.of(Check.atMost("CPU", 3, 4), Check.atLeast("ratio", 0.5, 0.8), Check.exactly("sum", 41, 42)));

        assertThat(text)
                .contains("| CPU | 3.00 | <= 4.00 | met |")
                .contains("| ratio | 0.500 | >= 0.800 | missed |")
                .contains("| sum | -1.00 | difference 0 | **WRONG** |");
    }

    @Test
    void aReportIsSoundAsLongAsItsSumsAreExact() {
        Report report = new Report("local", true);
        report.check(Check.atMost("CPU", 5, 4));
        assertThat(report.isSound()).isTrue();

        report.check(Check.exactly("sum", 1, 2));
        assertThat(report.isSound()).isFalse();
    }

    @Test
    void whatWasNotMeasuredMeetsNoGoal() {
        assertThat(Check.atMost("p50", Double.NaN, 1).met()).isFalse();
        assertThat(Check.atLeast("rate", Double.NaN, 1).met()).isFalse();
    }
}
