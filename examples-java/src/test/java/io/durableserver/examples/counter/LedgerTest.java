package io.durableserver.examples.counter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.examples.counter.Report.Attempt;
import io.durableserver.examples.counter.Report.Settled;
import org.junit.jupiter.api.Test;

class LedgerTest {
    private final Ledger ledger = new Ledger();
    private final Ledger.Account account = ledger.open();

    @Test
    void aSettledBatchCountsAsItSays() {
        account.accept(new Attempt(1, "k", 16));
        account.accept(new Settled(1, "k", 10, 2, 3));
        account.close();
        assertThat(ledger.tallies()).containsOnlyKeys("k").containsEntry("k", new Tally(10, 3, 2));
    }

    @Test
    void aBatchThatAKilledProcessAnnouncedAndDidNotSettleIsUnknown() {
        account.accept(new Attempt(1, "k", 16));
        account.accept(new Settled(1, "k", 16, 0, 0));
        account.accept(new Attempt(2, "k", 16));
        account.accept(new Attempt(3, "other", 16));
        assertThat(ledger.total()).isEqualTo(new Tally(16, 0, 0));
        account.close();
        assertThat(ledger.tallies())
                .containsEntry("k", new Tally(16, 16, 0))
                .containsEntry("other", new Tally(0, 16, 0));
    }

    @Test
    void theNextLifeOfAProcessMayNumberItsBatchesAgain() {
        account.accept(new Attempt(1, "k", 16));
        account.close();
        Ledger.Account next = ledger.open();
        next.accept(new Attempt(1, "k", 16));
        next.accept(new Settled(1, "k", 16, 0, 0));
        next.close();
        assertThat(ledger.total()).isEqualTo(new Tally(16, 16, 0));
    }

    @Test
    void whatWasNotAnnouncedIsRefused() {
        account.accept(new Attempt(1, "k", 16));
        assertThatThrownBy(() -> account.accept(new Attempt(1, "k", 16))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> account.accept(new Settled(2, "k", 1, 0, 0)))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> account.accept(new Settled(1, "k", 16, 0, 1)))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aBatchSettlesTheKeyItAnnounced() {
        account.accept(new Attempt(1, "k", 16));
        assertThatThrownBy(() -> account.accept(new Settled(1, "other", 16, 0, 0)))
                .isInstanceOf(IllegalStateException.class);
    }
}
