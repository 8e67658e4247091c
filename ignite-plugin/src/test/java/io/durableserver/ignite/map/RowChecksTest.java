package io.durableserver.ignite.map;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.spi.ChangeFeed;
import io.durableserver.spi.SharedMap.Change;
import io.durableserver.spi.SharedMap.Listener;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RowChecksTest {
    private static final Duration A_WHILE = Duration.ofMinutes(5);

    private final ManualScheduler scheduler = new ManualScheduler();
    private final Fake fake = new Fake();
    private final List<ChangeFeed> feeds = new CopyOnWriteArrayList<>();
    private final List<Throwable> thrown = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final ChangeFeed feed = new ChangeFeed("k", new Told(told), Runnable::run, thrown::add);
    private final RowChecks checks = new RowChecks("cache", fake, feeds, Runnable::run, scheduler);

    /** Rows in two partitions: that of a key is its last character. */
    private static final class Fake implements RowChecks.Rows {
        private final TreeMap<String, Row> rows = new TreeMap<>();
        private final Set<Integer> broken = new TreeSet<>();
        private final List<Integer> reads = new ArrayList<>();
        private Runnable beforeRead = () -> {};

        @Override
        public int partitions() {
            return 2;
        }

        @Override
        public int partition(String key) {
            return key.charAt(key.length() - 1) - '0';
        }

        @Override
        public void read(int partition, String prefix, BiConsumer<String, Row> to) {
            beforeRead.run();
            reads.add(partition);
            if (broken.contains(partition)) {
                throw new IllegalStateException("no node has partition " + partition);
            }
            rows.forEach((key, row) -> {
                if (partition(key) == partition && key.startsWith(prefix)) {
                    to.accept(key, row);
                }
            });
        }
    }

    @BeforeEach
    void watch() {
        feeds.add(feed);
    }

    private record Told(List<String> lines) implements Listener {
        @Override
        public void changed(List<Change> changes) {
            changes.forEach(change -> lines.add(change.key() + " " + text(change.before()) + ">" + text(change.after())
                    + "@" + change.revision() + change.reason()));
        }

        @Override
        public void gap() {
            lines.add("gap");
        }
    }

    private static String text(Optional<byte[]> value) {
        return value.map(bytes -> new String(bytes, StandardCharsets.UTF_8)).orElse("-");
    }

    private static byte[] bytes(String value) {
        return value.getBytes(StandardCharsets.UTF_8);
    }

    private void row(String key, String value, long revision) {
        fake.rows.put(key, Row.of(revision, 0, 0, bytes(value)));
    }

    private void heard(String key, String value, long revision) {
        feed.present(key, bytes(value), revision);
        told.clear();
    }

    private void check(Duration time) {
        checks.soon(List.of(Duration.ZERO));
        scheduler.advance(time);
    }

    @Test
    void aChangeWhoseNewsGotLostIsTold() {
        heard("k0", "a", 2);
        row("k0", "b", 4);
        row("k1", "new", 2);
        check(A_WHILE);
        assertThat(told).containsExactly("k0 a>b@4", "k1 ->new@2");
        assertThat(fake.reads).containsExactly(0, 1);
        assertThat(scheduler.waiting()).isZero();
    }

    @Test
    void aRemovalThatIsOnItsWayIsNoLossAndKeepsItsReason() {
        heard("k0", "a", 2);
        fake.rows.put("k0", Row.mark(4, 0, 0, "moved"));
        heard("k1", "a", 2);
        check(Duration.ZERO);
        assertThat(told).containsExactly("k0 a>-@4moved");
        feed.removed("k1", 5, "why");
        scheduler.advance(A_WHILE);
        assertThat(told).containsExactly("k0 a>-@4moved", "k1 a>-@5why");
    }

    @Test
    void aRemovalWhoseNewsGotLostIsToldWithoutAReasonAndALossWithIts() {
        heard("k0", "a", 2);
        heard("k1", "a", 2);
        checks.lost(List.of(1));
        check(Duration.ZERO);
        assertThat(told).isEmpty();
        scheduler.advance(A_WHILE);
        assertThat(told).containsExactly("k0 a>-@3", "k1 a>-@3lost");
        assertThat(scheduler.waiting()).isZero();

        told.clear();
        heard("k1", "b", 4);
        check(A_WHILE);
        assertThat(told).as("it was lost once").containsExactly("k1 b>-@5");
    }

    @Test
    void whatComesBackAfterItSeemedToVanishIsTold() {
        heard("k0", "a", 2);
        fake.beforeRead = () -> {
            if (told.size() == 1) {
                row("k0", "a", 2);
            }
        };
        check(A_WHILE);
        assertThat(told).containsExactly("k0 a>-@3", "k0 ->a@2");
        assertThat(feed.live()).containsEntry("k0", 2L);
    }

    @Test
    void aRowThatBeganAnewBelowWhatWasHeardIsToldWhenItIsFoundTwice() {
        heard("k0", "a", 100);
        heard("k1", "a", 100);
        feed.removed("k1", 101, "");
        told.clear();
        row("k0", "b", 50);
        row("k1", "b", 50);
        check(Duration.ZERO);
        assertThat(told).isEmpty();
        scheduler.advance(A_WHILE);
        assertThat(told).containsExactly("k0 a>b@50", "k1 ->b@50");
        told.clear();
        feed.present("k0", bytes("c"), 52);
        assertThat(told).containsExactly("k0 b>c@52");
    }

    @Test
    void aPartitionThatCannotBeReadIsCheckedUntilItCanAndHoldsUpNoOther() {
        heard("k0", "a", 2);
        row("k0", "b", 4);
        row("k1", "b", 4);
        fake.broken.add(0);
        check(A_WHILE);
        assertThat(told).containsExactly("k1 ->b@4");
        assertThat(fake.reads).containsOnlyOnce(1);
        fake.broken.clear();
        scheduler.advance(A_WHILE);
        assertThat(told).containsExactly("k1 ->b@4", "k0 a>b@4");
        assertThat(scheduler.waiting()).isZero();
    }

    @Test
    void allWatchesAreCheckedWithOneReadOfEachPartition() {
        List<String> others = new ArrayList<>();
        feeds.add(new ChangeFeed("other", new Told(others), Runnable::run, thrown::add));
        row("k0", "a", 2);
        row("other1", "a", 2);
        row("x1", "a", 2);
        check(A_WHILE);
        assertThat(told).containsExactly("k0 ->a@2");
        assertThat(others).containsExactly("other1 ->a@2");
        assertThat(fake.reads).containsExactly(0, 1);
    }

    @Test
    void nothingIsCheckedOnceItIsClosed() {
        fake.broken.add(0);
        check(Duration.ZERO);
        checks.close();
        int reads = fake.reads.size();
        scheduler.advance(A_WHILE);
        assertThat(fake.reads).hasSize(reads);
        assertThat(scheduler.waiting()).isZero();
    }
}
