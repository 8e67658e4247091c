package io.durableserver.spi;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.spi.SharedMap.Change;
import io.durableserver.spi.SharedMap.Listener;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What may wait for a listener, and how much it is told at once. */
class ChangeFeedBoundsTest {
    private static final int MIB = 1 << 20;

    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final Counting told = new Counting();
    private int behind;
    private final ChangeFeed feed = new ChangeFeed("", told, tasks::add, new ChangeFeed.Reports() {
        @Override
        public void failed(Throwable failure) {
            throw new AssertionError(failure);
        }

        @Override
        public void behind() {
            behind++;
        }
    });

    private static final class Counting implements Listener {
        private final List<Integer> calls = new ArrayList<>();
        private final List<Change> changes = new ArrayList<>();
        private Runnable during = () -> {};
        private int gaps;

        @Override
        public void changed(List<Change> some) {
            calls.add(some.size());
            changes.addAll(some);
            Runnable once = during;
            during = () -> {};
            once.run();
        }

        @Override
        public void gap() {
            gaps++;
        }
    }

    private void present(String prefix, int keys, int bytes) {
        for (int key = 0; key < keys; key++) {
            feed.present(prefix + key, new byte[bytes], 2);
        }
    }

    private void tell() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    @Test
    void aScanIsToldInCallsOfABoundedSize() {
        for (int key = 0; key < 2 * ChangeFeed.MAX_BATCH + 1; key++) {
            feed.present("k" + key, new byte[1], 2);
        }
        feed.caughtUp();
        tell();
        assertThat(told.calls).containsExactly(ChangeFeed.MAX_BATCH, ChangeFeed.MAX_BATCH, 1);
    }

    @Test
    void changesAreToldInCallsOfABoundedSize() {
        feed.caughtUp();
        for (int key = 0; key < 2 * ChangeFeed.MAX_BATCH + 1; key++) {
            feed.present("k" + key, new byte[1], 2);
        }
        tell();
        assertThat(told.calls).containsExactly(ChangeFeed.MAX_BATCH, ChangeFeed.MAX_BATCH, 1);
    }

    /** A change takes some memory besides its bytes. */
    @Test
    void manySmallChangesAreTooManyAsWell() {
        feed.caughtUp();
        for (int key = 0; key < ChangeFeed.MAX_WAITING_BYTES / 100; key++) {
            feed.present("k" + key, new byte[1], 2);
        }
        tell();
        assertThat(told.gaps).isEqualTo(1);
    }

    @Test
    void valuesThatAreReplacedWaitAsWell() {
        for (int key = 0; key < 20; key++) {
            feed.present("k" + key, new byte[MIB], 2);
        }
        feed.caughtUp();
        tell();
        for (int key = 0; key < 20; key++) {
            feed.present("k" + key, new byte[1], 4);
        }
        tell();
        assertThat(told.gaps).isEqualTo(1);
    }

    @Test
    void itIsReportedOnceThatTheListenerIsBehindUntilNothingWaitsAnyMore() {
        feed.caughtUp();
        tell();
        present("first", 20, MIB);
        assertThat(behind).as("before it is told").isEqualTo(1);
        told.during = () -> present("then", 20, MIB);
        tell();
        assertThat(told.gaps).isEqualTo(2);
        assertThat(behind).isEqualTo(1);
        present("later", 20, MIB);
        assertThat(behind).isEqualTo(2);
        tell();
        assertThat(told.gaps).isEqualTo(3);
        feed.beginAnew();
        tell();
        assertThat(told.gaps).isEqualTo(4);
        assertThat(behind).as("what a map missed is not the listener's fault").isEqualTo(2);
    }

    /** What was told waits no more, also while the rest of it still does. */
    @Test
    void whatWasToldMakesRoom() {
        feed.caughtUp();
        int call = ChangeFeed.MAX_BATCH;
        present("first", call, 2_000);
        present("then", 2 * call, 6_500);
        told.during = () -> present("more", call / 8 * 3, 6_500);
        tell();
        assertThat(told.gaps).isZero();
        assertThat(told.changes).hasSize(call * 3 + call / 8 * 3);
    }

    @Test
    void whatCameAndWentMeanwhileIsNotTold() {
        feed.caughtUp();
        for (int revision = 2; revision <= ChangeFeed.MERGE_AT; revision += 2) {
            feed.present("k", new byte[1], revision);
            feed.removed("k", revision + 1, "");
        }
        tell();
        assertThat(told.changes).isEmpty();
    }
}
