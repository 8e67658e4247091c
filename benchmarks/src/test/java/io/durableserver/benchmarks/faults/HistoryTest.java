package io.durableserver.benchmarks.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.benchmarks.faults.Operation.End;
import io.durableserver.benchmarks.faults.Operation.Kind;
import org.junit.jupiter.api.Test;

class HistoryTest {
    private final History history = new History();

    private Operation append(int node, long id, String key, long begun) {
        Operation begin = Operation.begin(node, Kind.APPEND, id, key, begun);
        history.add(begin);
        return begin;
    }

    @Test
    void aKeyIsServedToANodeByAnAppendThatBeganSinceThen() {
        history.add(append(1, 1, "a", 10).acknowledged(20, 1, 0));
        history.add(append(2, 2, "a", 30).failed(40, End.NOT_APPLIED, "NOT_READY"));
        assertThat(history.isServed(1, "a", 10)).isTrue();
        assertThat(history.isServed(1, "a", 11)).isFalse();
        assertThat(history.isServed(1, "b", 0)).isFalse();
        assertThat(history.isServed(2, "a", 0)).isFalse();
        assertThat(history.reasons(30)).containsEntry("n2 NOT_READY", 1L).hasSize(1);
    }

    @Test
    void theFirstServedIsTheEarliestEndOfThoseThatBeganSinceThen() {
        history.add(append(1, 1, "a", 10).acknowledged(60, 1, 0));
        history.add(append(1, 2, "a", 30).acknowledged(50, 2, 0));
        history.add(append(2, 3, "a", 30).acknowledged(40, 3, 0));
        assertThat(history.firstServed(node -> true, "a", 10)).hasValue(40);
        assertThat(history.firstServed(node -> node == 1, "a", 10)).hasValue(50);
        assertThat(history.firstServed(node -> true, "a", 31)).isEmpty();
    }

    @Test
    void aGapMayBeBeforeTheFirstAppendAndAfterTheLastOne() {
        history.add(append(1, 1, "a", 10).acknowledged(20, 1, 0));
        history.add(append(1, 2, "b", 22).acknowledged(25, 1, 0));
        append(1, 3, "b", 26);
        assertThat(history.longestGap("", 0, 30)).isEqualTo(20);
        assertThat(history.longestGap("", 15, 40)).isEqualTo(15);
        assertThat(history.longestGap("b", 15, 30)).isEqualTo(10);
        assertThat(history.longestGap("c", 15, 30)).isEqualTo(15);
    }

    @Test
    void whatNeverEndedIsCountedAsUnknown() {
        append(1, 1, "a", 10);
        history.add(append(1, 2, "a", 10).acknowledged(20, 1, 0));
        history.add(Operation.begin(1, Kind.LOOK, 3, "a", 10));
        assertThat(history.count(End.UNKNOWN)).isEqualTo(1);
        assertThat(history.count(End.ACKNOWLEDGED)).isEqualTo(1);
    }
}
