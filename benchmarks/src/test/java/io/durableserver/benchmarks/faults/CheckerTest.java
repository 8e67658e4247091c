package io.durableserver.benchmarks.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.benchmarks.faults.Operation.End;
import io.durableserver.benchmarks.faults.Operation.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Each kind of broken promise is found in a history made by hand, and nothing is in one that is right. */
class CheckerTest {
    private static final String KEY = "list";

    private final List<Operation> history = new ArrayList<>();

    private CheckerTest begin(Kind kind, long id, long begun) {
        history.add(Operation.begin(1, kind, id, KEY, begun));
        return this;
    }

    private CheckerTest append(long id, long begun, long ended, int position) {
        history.add(Operation.begin(1, Kind.APPEND, id, KEY, begun).acknowledged(ended, position, 0));
        return this;
    }

    private CheckerTest failed(long id, long begun, long ended, End end) {
        history.add(Operation.begin(1, Kind.APPEND, id, KEY, begun).failed(ended, end, "WHY"));
        return this;
    }

    private CheckerTest look(long id, long begun, long ended, int size, long last) {
        history.add(Operation.begin(2, Kind.LOOK, id, KEY, begun).acknowledged(ended, size, last));
        return this;
    }

    private Violations against(Long... left) {
        return Checker.check(history, Map.of(KEY, List.of(left)));
    }

    @Test
    void aRightHistoryBreaksNothing() {
        append(11, 0, 10, 1)
                .append(12, 5, 20, 2)
                .failed(13, 21, 22, End.NOT_APPLIED)
                .failed(14, 21, 22, End.UNKNOWN)
                .failed(15, 21, 22, End.UNKNOWN)
                .begin(Kind.APPEND, 16, 23)
                .look(17, 12, 30, 1, 11)
                .look(18, 31, 32, 2, 12)
                .append(19, 40, 50, 4);
        assertThat(against(11L, 12L, 14L, 19L, 16L)).isEqualTo(Violations.NONE);
    }

    @Test
    void noRequestsAndNoListsBreakNothing() {
        assertThat(Checker.check(List.of(), Map.of())).isEqualTo(Violations.NONE);
    }

    @Test
    void anAcknowledgedAppendThatIsNotThereIsLost() {
        append(11, 0, 10, 1).append(12, 11, 20, 2);
        assertThat(against(11L)).isEqualTo(new Violations(1, 0, 0, 0, 0, 0, 0, 0));
    }

    @Test
    void aListThatIsMissingHasLostAll() {
        append(11, 0, 10, 1).append(12, 11, 20, 2);
        assertThat(Checker.check(history, Map.of()).lost()).isEqualTo(2);
    }

    @Test
    void anIdThatIsThereTwiceIsDoubledAlsoWhereTheOutcomeWasUnknown() {
        failed(11, 0, 10, End.UNKNOWN).append(12, 11, 20, 2);
        assertThat(against(11L, 12L, 11L)).isEqualTo(new Violations(0, 1, 0, 0, 0, 0, 0, 0));
    }

    @Test
    void anAppendAtAnotherPositionThanTheOneToldIsDisplaced() {
        append(11, 0, 10, 1).append(12, 0, 10, 1);
        assertThat(against(11L, 12L)).isEqualTo(new Violations(0, 0, 1, 0, 0, 0, 0, 0));
    }

    @Test
    void anAppendToldAsNotAppliedThatIsThereIsUntrue() {
        failed(11, 0, 10, End.NOT_APPLIED);
        assertThat(against(11L)).isEqualTo(new Violations(0, 0, 0, 1, 0, 0, 0, 0));
    }

    @Test
    void anIdThatNobodyAppendedIsStrange() {
        append(11, 0, 10, 1);
        assertThat(against(11L, 99L)).isEqualTo(new Violations(0, 0, 0, 0, 1, 0, 0, 0));
    }

    @Test
    void anIdOfAnotherListIsStrangeHereAndLostThere() {
        append(11, 0, 10, 1);
        Violations found = Checker.check(history, Map.of("other", List.of(11L)));
        assertThat(found).isEqualTo(new Violations(1, 0, 0, 0, 1, 0, 0, 0));
    }

    @Test
    void anAppendThatBeganLaterAndStandsBeforeIsDisordered() {
        append(11, 0, 10, 2).append(12, 11, 20, 1);
        assertThat(against(12L, 11L)).isEqualTo(new Violations(0, 0, 0, 0, 0, 1, 0, 0));
    }

    @Test
    void anAppendOfUnknownOutcomeCanBeDisorderedByItsBeginningOnly() {
        failed(11, 0, 10, End.UNKNOWN).append(12, 20, 30, 1).failed(13, 40, 50, End.UNKNOWN);
        assertThat(against(12L, 13L, 11L)).isEqualTo(Violations.NONE);
        history.clear();
        append(12, 20, 30, 2).failed(13, 40, 50, End.UNKNOWN);
        assertThat(against(13L, 12L).disordered()).isEqualTo(1);
    }

    @Test
    void aLookThatSeesLessThanWasAcknowledgedBeforeItBeganIsStale() {
        append(11, 0, 10, 1).append(12, 11, 20, 2).look(13, 21, 30, 1, 11).look(14, 15, 30, 1, 11);
        assertThat(against(11L, 12L)).isEqualTo(new Violations(0, 0, 0, 0, 0, 0, 1, 0));
    }

    @Test
    void aLookThatSeesLessThanAnEarlierOneIsStale() {
        failed(11, 0, 10, End.UNKNOWN).look(12, 20, 30, 1, 11).look(13, 31, 40, 0, 0);
        assertThat(against(11L)).isEqualTo(new Violations(0, 0, 0, 0, 0, 0, 1, 0));
    }

    @Test
    void aLookThatSawWhatIsNotInTheListIsForked() {
        failed(11, 0, 10, End.UNKNOWN).failed(12, 0, 10, End.UNKNOWN).look(13, 20, 30, 1, 12);
        assertThat(against(11L)).isEqualTo(new Violations(0, 0, 0, 0, 0, 0, 0, 1));
        assertThat(against().forked()).isEqualTo(1);
    }
}
