package io.durableserver.ignite.map;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RowRevisionsTest {
    @Test
    void whatIsMadeIsAboveAllThatWasSeenWhateverTheClockSays() {
        long ahead = RowRevisions.first() + (1L << 32);
        assertThat(RowRevisions.first()).isLessThan(ahead);
        RowRevisions.seen(ahead);
        assertThat(RowRevisions.first()).isGreaterThan(ahead);
        long removal = RowRevisions.removal(RowRevisions.first() + (1L << 32));
        assertThat(removal).isOdd();
        assertThat(RowRevisions.first()).isGreaterThan(removal).isEven();
    }
}
