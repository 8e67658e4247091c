package io.durableserver.runtime.split;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.NotAppliedException;
import io.durableserver.runtime.events.Facts;
import io.durableserver.runtime.ownership.Store;
import io.durableserver.runtime.ownership.StoreKeys;
import io.durableserver.runtime.record.ClaimFormat;
import io.durableserver.runtime.record.ClaimRecord;
import io.durableserver.runtime.record.LeaseFormat;
import io.durableserver.runtime.record.LeaseRecord;
import io.durableserver.runtime.testing.LoneCluster;
import io.durableserver.runtime.testing.ManualScheduler;
import io.durableserver.runtime.testing.MemoryBackend;
import io.durableserver.runtime.testing.Tells;
import io.durableserver.runtime.testing.Told;
import io.durableserver.spi.ErrorCode;
import io.durableserver.spi.NodeEvent;
import io.durableserver.spi.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Sides of one node each that share a store, and the leases of the sessions that live. */
class SplitWatchTest {
    private static final Duration LEASE = Duration.ofSeconds(10);
    private static final Session N1 = new Session("n1", "n1-0");
    private static final Session N2 = new Session("n2", "n2-0");
    private static final Session DEAD = new Session("n9", "n9-0");

    private final ManualScheduler time = new ManualScheduler();
    private final Told told = new Told();
    private final MemoryBackend backend = new MemoryBackend();
    private final StoreKeys keys = new StoreKeys("t/");
    private final List<Session> living = new ArrayList<>();
    private boolean network = true;
    /** What happens between a look of the second node and its deed. */
    private Runnable meanwhile = () -> {};

    private long renewals;

    /** A node that is alone in its cluster, and remembers others. */
    private final class Alone implements Surroundings {
        final Session self;
        final List<Session> lost;
        final SplitWatch watch;
        final List<List<String>> told = new ArrayList<>();
        String alarm = "";

        Alone(Session self, Session... lost) {
            this.self = self;
            this.lost = List.of(lost);
            living.add(self);
            watch = new SplitWatch(
                    new Store(backend, time, Duration.ofSeconds(5), Duration.ofSeconds(5), Facts.onlyLogged()),
                    keys,
                    new LoneCluster(self),
                    time,
                    time,
                    LEASE,
                    () -> true,
                    this,
                    SplitWatchTest.this.told.facts());
            watch.start();
        }

        @Override
        public Side side(Set<Session> sessions) {
            return new Side(self, sessions, Set.of("c"), List.of(self.node()), 0, true);
        }

        @Override
        public List<Session> lost() {
            return lost;
        }

        @Override
        public CompletionStage<Set<String>> answering(Collection<String> more) {
            if (self.equals(N2)) {
                meanwhile.run();
            }
            Set<String> asked = new TreeSet<>(more);
            lost.forEach(session -> asked.add(session.node()));
            asked.removeIf(place -> !network
                    || place.equals(self.node())
                    || living.stream().noneMatch(other -> other.node().equals(place)));
            return CompletableFuture.completedFuture(asked);
        }

        @Override
        public void alarm(String text, boolean divided) {
            alarm = text;
        }

        @Override
        public void stepDown(List<String> addresses, String why) {
            told.add(addresses);
        }
    }

    private void looks(int count) {
        looks(count, LEASE);
    }

    private void looks(int count, Duration each) {
        for (int i = 0; i < count; i++) {
            renewals++;
            for (Session session : living) {
                backend.overwrite(
                        keys.lease(session),
                        LeaseFormat.encode(new LeaseRecord(session, renewals, session.node(), false, 0)));
            }
            time.advance(each);
        }
    }

    private ClaimRecord claim() {
        return ClaimFormat.decode("claim", backend.read(keys.claim()).orElseThrow());
    }

    @Test
    void sideThatLostAnotherNodeForGoodStillSettlesWithTheOneThatIsThere() {
        Alone one = new Alone(N1);
        looks(1);
        // What it remembers is dead, and is no side of anything.
        Alone two = new Alone(N2, DEAD);
        looks(10);
        assertThat(claim().down()).containsExactly("n2-0");
        assertThat(two.told).isNotEmpty().allMatch(List.of("n1")::equals);
        assertThat(one.told).isEmpty();
    }

    @Test
    void claimIsWrittenOnceThoughANodeIsLostForGood() {
        Alone one = new Alone(N1, DEAD);
        looks(20);
        // The rest are the renewals, which the test writes past this count.
        assertThat(backend.writes()).isEqualTo(1);
        assertThat(one.alarm).isEmpty();
    }

    @Test
    void claimThatCannotBeReadOnceIsNotTakenForNone() {
        Alone one = new Alone(N1);
        looks(1);
        network = false;
        Alone two = new Alone(N2);
        looks(4);
        assertThat(two.alarm).contains("n1");
        String before = two.alarm;
        backend.readable(false);
        looks(1);
        assertThat(two.alarm).isEqualTo(before);
        assertThat(one.told).isEmpty();
    }

    /** Two speakers that read the same claim settle it both: the second one must not write over the first. */
    @Test
    void claimThatChangedSinceItWasReadIsLeftAlone() {
        new Alone(N1);
        looks(1);
        new Alone(N2);
        looks(1);
        backend.hold(keys.claim()::equals);
        looks(3);
        assertThat(backend.held()).isPositive();
        ClaimRecord settled = claim().settle(List.of("n1-0"), List.of("n2"));
        backend.overwrite(keys.claim(), ClaimFormat.encode(settled));
        backend.release();
        assertThat(claim()).isEqualTo(settled);
    }

    @Test
    @Tells(NodeEvent.SplitUnknown.class)
    void lookThatFailsIsToldAndIsNotTheLast() {
        new Alone(N2, DEAD);
        meanwhile = () -> {
            meanwhile = () -> {};
            throw new IllegalStateException("a defect");
        };
        looks(5);
        assertThat(told.first(NodeEvent.SplitUnknown.class).code()).isSameAs(ErrorCode.UNEXPECTED);
        assertThat(claim().claimant()).isEqualTo(N2);
    }

    @Test
    @Tells(NodeEvent.SplitChanged.class)
    void sideStepsDownOnlyWhenTheOtherAnswers() {
        Alone one = new Alone(N1);
        looks(1);
        network = false;
        Alone two = new Alone(N2, N1);
        looks(10);
        assertThat(two.alarm).contains("split");
        assertThat(one.alarm).contains("split");
        assertThat(claim().settled()).isFalse();
        network = true;
        looks(5);
        assertThat(claim().down()).containsExactly("n2-0");
        assertThat(two.told).isNotEmpty();
        assertThat(one.told).isEmpty();
    }

    /** A look at a session that is missed costs a read, which a node that is lost for good must not cost for ever. */
    @Test
    void sessionThatIsMissedIsLookedForMoreOftenUntilItIsKnownToBeOver() {
        backend.overwrite(keys.lease(DEAD), LeaseFormat.encode(new LeaseRecord(DEAD, 7, "n9", false, 0)));
        new Alone(N1, DEAD);
        looks(1);
        long before = backend.reads();
        looks(1);
        assertThat(backend.reads() - before).as("in haste").isGreaterThan(2);
        looks(4);
        before = backend.reads();
        looks(10);
        assertThat(backend.reads() - before).as("one a lease time").isLessThanOrEqualTo(10);
    }

    @Test
    void leaseThatNobodyCanReadIsNotLookedForInHasteForEver() {
        backend.overwrite(keys.lease(DEAD), new byte[] {1});
        new Alone(N1, DEAD);
        looks(6);
        long before = backend.reads();
        looks(10);
        assertThat(backend.reads() - before).isLessThanOrEqualTo(10);
    }

    @Test
    void lastWordOfANodeThatWasFrozenIsNoSplit() {
        backend.overwrite(keys.lease(DEAD), LeaseFormat.encode(new LeaseRecord(DEAD, 7, "n9", false, 0)));
        Alone one = new Alone(N1, DEAD);
        looks(1);
        time.advance(LEASE.dividedBy(2));
        backend.overwrite(keys.lease(DEAD), LeaseFormat.encode(new LeaseRecord(DEAD, 8, "n9", false, 0)));
        for (int i = 0; i < 10; i++) {
            looks(1);
            assertThat(one.alarm).isEmpty();
        }
    }

    /** As after a restart of a cluster that was killed: its last claim and lease are in the store, and nobody renews them. */
    @Test
    void claimOfTheDeadIsTakenOverAndIsNoSplit() {
        backend.overwrite(keys.lease(DEAD), LeaseFormat.encode(new LeaseRecord(DEAD, 7, DEAD.node(), false, 0)));
        ClaimRecord claim = new Side(DEAD, Set.of(DEAD), Set.of("c"), List.of(DEAD.node()), 0, true).claim();
        backend.overwrite(keys.claim(), ClaimFormat.encode(claim));
        Alone one = new Alone(N1);
        for (int i = 0; i < 5; i++) {
            looks(1);
            assertThat(one.alarm).isEmpty();
        }
        assertThat(claim().claimant()).isEqualTo(N1);
    }

    @Test
    void sideThatWasToStepDownStaysWhileTheOtherIsOutOfReachAgain() {
        new Alone(N1);
        looks(1);
        Alone two = new Alone(N2);
        for (int i = 0; i < 1_000 && !claim().settled(); i++) {
            looks(1, Duration.ofMillis(100));
        }
        assertThat(claim().down()).containsExactly("n2-0");
        network = false;
        looks(100, Duration.ofMillis(100));
        assertThat(two.told).isEmpty();
        network = true;
        looks(100, Duration.ofMillis(100));
        assertThat(two.told).isNotEmpty();
    }

    private void moveClaim() {
        backend.overwrite(keys.claim(), backend.read(keys.claim()).orElseThrow());
    }

    @Test
    void claimThatMovesBetweenALookAndItsDeedIsNotWrittenOver() {
        new Alone(N1);
        looks(1);
        Alone two = new Alone(N2);
        ClaimRecord before = claim();
        meanwhile = this::moveClaim;
        looks(10);
        assertThat(two.alarm).contains("split");
        assertThat(claim()).isEqualTo(before);
        meanwhile = () -> {};
        looks(5);
        assertThat(claim().down()).containsExactly("n2-0");
    }

    /** A store that checks what it reads, as S3 does, answers with an error in place of bytes that are no record. */
    private final NotAppliedException corrupt = new NotAppliedException(
            NotAppliedException.Reason.RECORD_CORRUPT, "The record fails its checksum", Map.of());

    @Test
    @Tells({NodeEvent.SplitSeen.class, NodeEvent.SplitSettled.class})
    void claimThatTheStoreCannotReadIsToldAndLeftAlone() {
        Alone one = new Alone(N1);
        looks(1);
        int before = backend.writes();
        backend.unreadable(corrupt, keys.claim()::equals);
        looks(5);
        assertThat(one.alarm).contains("not known", "RECORD_CORRUPT");
        assertThat(backend.writes()).isEqualTo(before);
        backend.unreadable(null, key -> true);
        looks(2);
        assertThat(one.alarm).isEmpty();
    }

    @Test
    void claimantWhoseLeaseTheStoreCannotReadIsOverWhenThatStandsStill() {
        backend.overwrite(keys.lease(DEAD), new byte[] {1});
        ClaimRecord claim = new Side(DEAD, Set.of(DEAD), Set.of("c"), List.of(DEAD.node()), 0, true).claim();
        backend.overwrite(keys.claim(), ClaimFormat.encode(claim));
        backend.unreadable(corrupt, keys.lease(DEAD)::equals);
        new Alone(N1);
        looks(1);
        assertThat(claim().claimant()).isEqualTo(DEAD);
        looks(5);
        assertThat(claim().claimant()).isEqualTo(N1);
    }
}
