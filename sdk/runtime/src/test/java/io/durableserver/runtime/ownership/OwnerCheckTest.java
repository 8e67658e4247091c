package io.durableserver.runtime.ownership;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.NotAppliedException;
import io.durableserver.config.LeaseConfig;
import io.durableserver.runtime.events.Facts;
import io.durableserver.runtime.record.LeaseFormat;
import io.durableserver.runtime.record.LeaseRecord;
import io.durableserver.runtime.testing.LaterRelease;
import io.durableserver.runtime.testing.LoneCluster;
import io.durableserver.runtime.testing.ManualScheduler;
import io.durableserver.runtime.testing.MemoryBackend;
import io.durableserver.runtime.testing.Tells;
import io.durableserver.runtime.testing.Told;
import io.durableserver.spi.NodeEvent;
import io.durableserver.spi.ServerEvent.Evidence;
import io.durableserver.spi.Session;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class OwnerCheckTest {
    private static final Session ME = new Session("me", "i1");
    private static final Session OTHER = new Session("other", "i1");

    private final ManualScheduler time = new ManualScheduler();
    private final MemoryBackend backend = new MemoryBackend();
    private final Told told = new Told();
    private final LoneCluster cluster = new LoneCluster(ME);
    private final StoreKeys keys = new StoreKeys("t/");
    private final OwnerCheck check = new OwnerCheck(
            new Store(backend, time, Duration.ofSeconds(10), Duration.ofSeconds(5), Facts.onlyLogged()),
            keys,
            cluster,
            LeaseConfig.DEFAULT,
            time,
            time,
            told.facts());

    private void lease(long renewals, boolean gone) {
        backend.overwrite(keys.lease(OTHER), LeaseFormat.encode(new LeaseRecord(OTHER, renewals, "there", gone, 0)));
    }

    private CompletionStage<Evidence> await() {
        return check.awaitGone(OTHER, time.nanoTime() + Duration.ofMinutes(1).toNanos());
    }

    @Test
    void sessionWithoutLeaseOrThatSaidGoodbyeIsGoneAtOnce() {
        assertThat(await()).isCompleted();
        lease(3, true);
        assertThat(check.awaitGone(new Session("third", "i"), Long.MAX_VALUE)).isCompleted();
    }

    @Test
    void provablyGoneProcessNeedsNoWait() {
        lease(3, false);
        cluster.provablyGone(true);
        assertThat(await()).isCompleted();
    }

    @Test
    void leaseThatStandsStillForItsTimeIsOverAndIsMarkedGone() {
        lease(3, false);
        CompletionStage<Evidence> gone = await();
        CompletionStage<Evidence> alsoGone = await();
        time.advance(Duration.ofMillis(9_900));
        assertThat(gone.toCompletableFuture()).isNotDone();
        time.advance(Duration.ofMillis(200));
        assertThat(gone).isCompleted();
        assertThat(alsoGone).isCompleted();
        assertThat(LeaseFormat.decode("l", backend.read(keys.lease(OTHER)).orElseThrow())
                        .gone())
                .isTrue();
        assertThat(await()).isCompleted();
    }

    @Test
    void leaseOfALaterReleaseIsMarkedGoneWithAllItsMembers() {
        lease(3, false);
        byte[] plain = backend.read(keys.lease(OTHER)).orElseThrow();
        backend.overwrite(
                keys.lease(OTHER),
                LaterRelease.withInSession(LaterRelease.with(plain, "\"load\" : 1.0"), "\"zone\":\"ä\""));

        CompletionStage<Evidence> gone = await();
        time.advance(Duration.ofMillis(10_100));

        assertThat(gone).isCompleted();
        assertThat(new String(backend.read(keys.lease(OTHER)).orElseThrow(), UTF_8))
                .contains("\"gone\":true", ",\"zone\":\"ä\"}", ",\"load\" : 1.0,\"crc32c\"");
    }

    @Test
    void ownerThatCouldNotBeJudgedIsJudgedAnew() {
        lease(1, false);
        cluster.sessions(ME, OTHER);
        assertThat(await()).as("in the cluster").isCompletedExceptionally();
        cluster.sessions(ME);
        assertThat(await().toCompletableFuture()).isNotDone();
    }

    @Test
    void everyRenewalStartsTheWaitAnew() {
        lease(1, false);
        CompletionStage<Evidence> gone = await();
        for (int i = 2; i < 6; i++) {
            time.advance(Duration.ofSeconds(8));
            lease(i, false);
        }
        time.advance(Duration.ofSeconds(9));
        assertThat(gone.toCompletableFuture()).isNotDone();
        time.advance(Duration.ofSeconds(4));
        assertThat(gone).isCompleted();
    }

    @Test
    void ownerThatRenewsForEverEndsTheWaitAtItsDeadline() {
        lease(1, false);
        CompletionStage<Evidence> gone = await();
        for (int i = 2; i < 32; i++) {
            time.advance(Duration.ofSeconds(2));
            lease(i, false);
        }
        assertThat(gone)
                .isCompletedExceptionally()
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(NotAppliedException.class);
    }

    /** Two clusters that were given one prefix and store by mistake. */
    @Test
    void anOwnerOfAnotherClusterIsToldAsSuch() {
        for (String theirs : List.of("c1", "c2", "")) {
            Session owner = new Session("owner", "of-" + theirs);
            CompletionStage<Evidence> gone = null;
            for (int i = 1; i < 32; i++) {
                backend.overwrite(
                        keys.lease(owner), LeaseFormat.encode(new LeaseRecord(owner, i, "there", false, 0, theirs)));
                gone = gone == null
                        ? check.awaitGone(
                                owner, time.nanoTime() + Duration.ofMinutes(1).toNanos())
                        : gone;
                time.advance(Duration.ofSeconds(2));
            }
            assertThat(gone)
                    .failsWithin(Duration.ZERO)
                    .withThrowableThat()
                    .satisfies(failure -> assertThat(
                                    String.valueOf(failure.getMessage()).contains("another cluster"))
                            .as(theirs)
                            .isEqualTo(theirs.equals("c2")));
        }
    }

    @Test
    void ownerThatComesBackIntoTheClusterIsNotGone() {
        lease(1, false);
        CompletionStage<Evidence> gone = await();
        cluster.sessions(ME, OTHER);
        time.advance(Duration.ofSeconds(3));
        assertThat(gone).isCompletedExceptionally();
    }

    @Test
    void unreadableLeaseIsNoProof() {
        lease(1, false);
        backend.readable(false);
        CompletionStage<Evidence> gone = await();
        time.advance(Duration.ofSeconds(30));
        assertThat(gone).isCompletedExceptionally();
    }

    @Test
    @Tells({NodeEvent.OwnerUnreadable.class, NodeEvent.OwnerGone.class})
    void garbageInPlaceOfALeaseIsOverWhenItStandsStillAndLocksNoKeyForEver() {
        backend.overwrite(keys.lease(OTHER), new byte[] {1});
        CompletionStage<Evidence> gone = await();
        time.advance(Duration.ofMillis(9_900));
        assertThat(gone.toCompletableFuture()).isNotDone();
        backend.overwrite(keys.lease(OTHER), new byte[] {2});
        time.advance(Duration.ofMillis(9_900));
        assertThat(gone.toCompletableFuture()).isNotDone();
        time.advance(Duration.ofSeconds(4));
        assertThat(gone).isCompleted();
        assertThat(LeaseFormat.decode("l", backend.read(keys.lease(OTHER)).orElseThrow())
                        .gone())
                .isTrue();
    }

    @Test
    void leaseThatTheStoreCallsCorruptIsOverWhenItStandsStill() {
        lease(3, false);
        backend.unreadable(new NotAppliedException(NotAppliedException.Reason.RECORD_CORRUPT, "damaged", Map.of()));
        CompletionStage<Evidence> gone = await();
        time.advance(Duration.ofMillis(9_900));
        assertThat(gone.toCompletableFuture()).isNotDone();
        time.advance(Duration.ofSeconds(3));
        assertThat(gone).isCompleted();
    }

    @Test
    void leaseOfALaterReleaseIsNoProof() {
        lease(3, false);
        backend.unreadable(new NotAppliedException(NotAppliedException.Reason.RECORD_NEWER, "newer", Map.of()));
        assertThat(await()).isCompletedExceptionally();
    }

    /** Its renewal got in between the look and the mark: it serves, and the wait begins anew (P4). */
    @Test
    void ownerThatRenewsAtTheMomentOfTheMarkIsNotGone() {
        lease(1, false);
        CompletionStage<Evidence> gone = await();
        backend.hold(keys.lease(OTHER)::equals);
        time.advance(Duration.ofMillis(10_100));
        assertThat(backend.held()).isEqualTo(1);
        lease(2, false);
        backend.release();
        assertThat(gone.toCompletableFuture()).isNotDone();
        time.advance(Duration.ofSeconds(9));
        assertThat(gone.toCompletableFuture()).isNotDone();
        time.advance(Duration.ofSeconds(2));
        assertThat(gone).isCompleted();
    }

    /** Nothing keeps it from renewing as long as its lease is not marked (P4). */
    @Test
    void ownerWhoseLeaseCannotBeMarkedIsNotGone() {
        lease(1, false);
        backend.fault(MemoryBackend.Fault.REFUSED_FOR_GOOD, keys.lease(OTHER)::equals);
        CompletionStage<Evidence> gone = await();
        time.advance(Duration.ofSeconds(15));
        assertThat(gone.toCompletableFuture()).isNotDone();
        backend.fault(MemoryBackend.Fault.NONE, key -> false);
        time.advance(Duration.ofSeconds(15));
        assertThat(gone).isCompleted();
    }
}
