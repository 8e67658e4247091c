package io.durableserver.backend.ignite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClusterSizeTest {
    @Test
    void moreThanHalfOfBothNumbersAndOfTheBaselineIsAQuorum() {
        for (int expected = 1; expected <= 9; expected++) {
            for (int pending = 1; pending <= 9; pending++) {
                for (int baseline = 0; baseline <= 9; baseline++) {
                    int quorum = new ClusterSize(1, expected, pending).quorum(baseline);
                    assertThat(2 * quorum).isGreaterThan(Math.max(Math.max(expected, pending), baseline));
                    assertThat(2 * (quorum - 1)).isLessThanOrEqualTo(Math.max(Math.max(expected, pending), baseline));
                }
            }
        }
    }

    @Test
    void theNewerOneCountsAndOfOneAgeTheStricter() {
        ClusterSize first = ClusterSize.first(3);
        assertThat(first.towards(5)).isGreaterThan(first);
        assertThat(first.towards(5).done()).isGreaterThan(first.towards(5)).isEqualTo(new ClusterSize(3, 5, 5));
        assertThat(first.towards(1)).isGreaterThan(first);
        assertThat(ClusterSize.newest(List.of(first.towards(5), first.towards(7), first)))
                .contains(first.towards(7));
        assertThat(ClusterSize.newest(List.of())).isEqualTo(Optional.empty());
    }

    @Test
    void itIsWrittenAsItIsReadAndNothingElseIsTakenForOne() {
        ClusterSize size = new ClusterSize(12, 3, 5);
        assertThat(ClusterSize.parse(size.lines())).isEqualTo(size);
        for (List<String> foreign : List.of(
                List.<String>of(),
                List.of("durable-size-1"),
                List.of("durable-size-2", "1", "3", "3"),
                List.of("durable-size-1", "1", "0", "3"),
                List.of("durable-size-1", "1", "3", "x"),
                List.of("durable-size-1", "1", "3", "3", "3"))) {
            assertThatThrownBy(() -> ClusterSize.parse(foreign)).isInstanceOf(NumberFormatException.class);
        }
    }
}
