package io.durableserver.examples.counter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class VerdictTest {
    @Test
    void countsBetweenAcknowledgedAndUnknownAreFine() {
        Verdict verdict = Verdict.of(
                Map.of("low", new Tally(10, 3, 1), "middle", new Tally(20, 3, 0), "high", new Tally(30, 3, 0)),
                Map.of("low", 10L, "middle", 21L, "high", 33L));
        assertThat(verdict.faults()).isEmpty();
        assertThat(verdict.line(812))
                .isEqualTo("acknowledged=60 final=64 lost=0 duplicated-by-unknown-outcome=4 recovery-ms=812");
    }

    @Test
    void oneMissingAcknowledgementIsLost() {
        Verdict verdict =
                Verdict.of(Map.of("k", new Tally(10, 0, 0), "other", new Tally(5, 0, 0)), Map.of("k", 9L, "other", 5L));
        assertThat(verdict.lost()).isEqualTo(1);
        assertThat(verdict.faults()).singleElement().asString().startsWith("k has lost");
    }

    @Test
    void aSurplusOfOneKeyDoesNotHideTheLossOfAnother() {
        Verdict verdict =
                Verdict.of(Map.of("k", new Tally(10, 0, 0), "other", new Tally(5, 5, 0)), Map.of("k", 9L, "other", 6L));
        assertThat(verdict.stored()).isEqualTo(verdict.acknowledged());
        assertThat(verdict.lost()).isEqualTo(1);
        assertThat(verdict.faults()).hasSize(1);
    }

    @Test
    void moreThanWasSentIsAFault() {
        assertThat(Verdict.of(Map.of("k", new Tally(10, 2, 0)), Map.of("k", 13L))
                        .faults())
                .singleElement()
                .asString()
                .startsWith("k has more");
    }

    @Test
    void aRefusedIncrementMustNotBeStored() {
        assertThat(Verdict.of(Map.of("k", new Tally(10, 0, 1)), Map.of("k", 11L))
                        .faults())
                .hasSize(1);
    }

    @Test
    void aKeyThatCannotBeReadIsAFault() {
        assertThat(Verdict.of(Map.of("k", new Tally(0, 0, 0)), Map.of()).faults())
                .singleElement()
                .asString()
                .startsWith("k cannot be read");
    }

    @Test
    void aStoredKeyThatNobodyIncrementedIsAFault() {
        assertThat(Verdict.of(Map.of(), Map.of("k", 1L)).faults()).hasSize(1);
    }
}
