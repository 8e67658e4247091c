package io.durableserver.runtime.ownership;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.config.LeaseConfig;
import io.durableserver.runtime.events.Facts;
import io.durableserver.runtime.record.LeaseFormat;
import io.durableserver.runtime.record.LeaseRecord;
import io.durableserver.runtime.testing.LaterRelease;
import io.durableserver.runtime.testing.ManualScheduler;
import io.durableserver.runtime.testing.MemoryBackend;
import io.durableserver.runtime.testing.MemoryBackend.Fault;
import io.durableserver.runtime.testing.Tells;
import io.durableserver.runtime.testing.Told;
import io.durableserver.spi.NodeEvent;
import io.durableserver.spi.NodeGauges;
import io.durableserver.spi.RuntimeEvents;
import io.durableserver.spi.RuntimeHooks;
import io.durableserver.spi.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NodeLeaseTest {
    @Test
    void itSaysWhichClusterItsSessionIsIn() {
        lease.start();
        assertThat(LeaseFormat.decode("l", backend.read(keys.lease(ME)).orElseThrow())
                        .cluster())
                .isEqualTo("c1");
    }

    private static final Session ME = new Session("me", "i1");

    private final ManualScheduler time = new ManualScheduler();
    private final MemoryBackend backend = new MemoryBackend();
    private final StoreKeys keys = new StoreKeys("t/");
    private final LeaseClock clock = new LeaseClock(LeaseConfig.DEFAULT);
    private final List<String> told = new ArrayList<>();
    private final List<String> facts = new ArrayList<>();
    private final Told heard = new Told();
    private final List<Boolean> renewals = new ArrayList<>();
    /** What the node had done last when a fact was told. */
    private final List<String> statesAtFacts = new ArrayList<>();

    private final NodeLease lease = new NodeLease(
            new Store(backend, time, Duration.ofSeconds(10), Duration.ofSeconds(5), Facts.onlyLogged()),
            keys,
            ME,
            "here",
            () -> "c1",
            LeaseConfig.DEFAULT,
            clock,
            time,
            time,
            Facts.heardBy(new RuntimeEvents() {
                @Override
                public void happened(Fact fact) {
                    assertThat(Thread.holdsLock(NodeLeaseTest.this.lease))
                            .as("told with the lock")
                            .isFalse();
                    heard.happened(fact);
                    facts.add(fact.event().getClass().getSimpleName());
                    statesAtFacts.add(told.isEmpty() ? "" : told.get(told.size() - 1));
                }

                @Override
                public RuntimeHooks installed(NodeGauges node) {
                    return new RuntimeHooks() {
                        @Override
                        public void renewalEnded(boolean renewed, long nanos) {
                            renewals.add(renewed);
                        }
                    };
                }
            }),
            new NodeLease.Listener() {
                @Override
                public void held() {
                    told.add("held");
                }

                @Override
                public void atRisk(@Nullable Throwable cause) {
                    told.add(cause == null ? "overdue" : "failing");
                }

                @Override
                public void expired() {
                    told.add("expired");
                }

                @Override
                public void revoked() {
                    told.add("revoked");
                }
            });

    private LeaseRecord stored() {
        return LeaseFormat.decode("lease", backend.read(keys.lease(ME)).orElseThrow());
    }

    private boolean valid() {
        return clock.isValid(time.nanoTime());
    }

    @Test
    void leaseIsCreatedAndRenewedAgainAndAgain() {
        lease.start();
        time.run();
        assertThat(told).containsExactly("held");
        assertThat(stored().renewals()).isEqualTo(1);
        assertThat(stored().endpoint()).isEqualTo("here");
        time.advance(Duration.ofSeconds(60));
        assertThat(stored().renewals()).isBetween(20L, 26L);
        assertThat(renewals).hasSize((int) stored().renewals()).containsOnly(true);
        assertThat(told).containsExactly("held");
        assertThat(valid()).isTrue();
    }

    @Test
    void leaseThatCannotBeRenewedRunsOutInTimeAndComesBack() {
        lease.start();
        time.run();
        assertThat(renewals).containsExactly(true);
        backend.fault(Fault.REFUSED, key -> true);
        time.advance(Duration.ofSeconds(7));
        assertThat(told).containsExactly("held", "failing");
        assertThat(renewals.subList(1, renewals.size())).isNotEmpty().containsOnly(false);
        assertThat(valid()).isTrue();
        time.advance(Duration.ofSeconds(8));
        assertThat(told).containsExactly("held", "failing", "expired");
        assertThat(valid()).isFalse();
        assertThat(lease.lastFailure()).isNotNull();
        backend.fault(Fault.NONE, key -> true);
        time.advance(Duration.ofSeconds(15));
        assertThat(told).containsExactly("held", "failing", "expired", "held");
        assertThat(valid()).isTrue();
        assertThat(lease.lastFailure()).isNull();
    }

    private List<String> factsBut(String kind) {
        return facts.stream().filter(fact -> !fact.equals(kind)).toList();
    }

    @Test
    void leaseThatRanOutAndIsHeldAgainIsSaidToBeSafe() {
        lease.start();
        time.run();
        assertThat(facts).isEmpty();
        backend.hold(key -> true);
        time.advance(Duration.ofSeconds(15));
        backend.release();
        time.advance(Duration.ofSeconds(5));
        assertThat(factsBut("LeaseNotRenewed")).containsExactly("LeaseAtRisk", "LeaseRanOut", "LeaseSafe");
    }

    @Test
    void leaseThatRanOutIsToldWhenTheNodeStoppedAndOneThatWasEndedBeforeWhatFollows() {
        lease.start();
        time.run();
        backend.hold(key -> true);
        time.advance(Duration.ofSeconds(15));
        assertThat(statesAtFacts.get(facts.indexOf("LeaseRanOut"))).isEqualTo("expired");
        backend.release();
        time.advance(Duration.ofSeconds(5));
        backend.overwrite(keys.lease(ME), LeaseFormat.encode(new LeaseRecord(ME, 1_000, "here", true, 0)));
        time.advance(Duration.ofSeconds(10));
        assertThat(statesAtFacts.get(facts.indexOf("LeaseEnded"))).isEqualTo("held");
        assertThat(told).endsWith("revoked");
    }

    @Test
    void renewalThatHangsRunsOutToo() {
        lease.start();
        time.run();
        backend.hold(key -> true);
        time.advance(Duration.ofSeconds(15));
        assertThat(told).containsExactly("held", "overdue", "expired");
        backend.release();
        time.advance(Duration.ofSeconds(5));
        assertThat(told).containsExactly("held", "overdue", "expired", "held");
    }

    @Test
    void renewalAppliedWithoutAnAnswerDoesNotEndTheSession() {
        lease.start();
        time.run();
        backend.fault(Fault.LOST_RESPONSE, key -> true);
        backend.readable(false);
        time.advance(Duration.ofSeconds(30));
        assertThat(told).containsExactly("held", "failing", "expired");
        backend.fault(Fault.NONE, key -> true);
        backend.readable(true);
        time.advance(Duration.ofSeconds(20));
        assertThat(told).containsExactly("held", "failing", "expired", "held");
    }

    @Test
    void leaseAtRiskIsToldLongBeforeItRunsOutAndOnceAndIsWellAgainAfterARenewal() {
        lease.start();
        time.run();
        for (int i = 0; i < 3; i++) {
            told.clear();
            backend.fault(Fault.REFUSED, key -> true);
            time.advance(Duration.ofMillis(5_100));
            assertThat(told).containsExactly("failing");
            assertThat(valid()).isTrue();
            assertThat(clock.leftNanos(time.nanoTime()))
                    .isGreaterThan(Duration.ofMillis(300).toNanos());
            backend.fault(Fault.NONE, key -> true);
            time.advance(Duration.ofMillis(1_100));
            assertThat(told).containsExactly("failing", "held");
            time.advance(Duration.ofSeconds(30));
            assertThat(told).containsExactly("failing", "held");
        }
    }

    @Test
    void renewalThatHangsPutsTheLeaseAtRiskHalfWay() {
        lease.start();
        time.run();
        time.advance(Duration.ofSeconds(2));
        backend.hold(key -> true);
        time.advance(Duration.ofMillis(1_900));
        assertThat(told).containsExactly("held");
        time.advance(Duration.ofMillis(700));
        assertThat(told).containsExactly("held", "overdue");
        assertThat(valid()).isTrue();
        backend.release();
        time.advance(Duration.ofMillis(700));
        assertThat(told).containsExactly("held", "overdue", "held");
        assertThat(valid()).isTrue();
    }

    /** The write took so long that half of the lease is gone when it is known: it holds, and is at risk. */
    @Test
    void leaseWonBySlowlyStoredWritesServesAtRisk() {
        backend.hold(key -> true);
        lease.start();
        time.advance(Duration.ofSeconds(5));
        backend.release();
        time.run();
        assertThat(told).startsWith("held", "overdue");
        time.advance(Duration.ofSeconds(5));
        assertThat(told).containsExactly("held", "overdue", "held");
    }

    /** The first attempt to create the lease was slow, and comes when the session was ended and its lease removed. */
    @Test
    void leaseThatComesBackFromALateCreateEndsTheSessionAllTheSame() {
        lease.start();
        time.run();
        time.advance(Duration.ofSeconds(10));
        backend.overwrite(keys.lease(ME), LeaseFormat.encode(new LeaseRecord(ME, 1, "here", false, time.wallMillis())));
        time.advance(Duration.ofSeconds(3));
        assertThat(told).containsExactly("held", "revoked");
        assertThat(valid()).isFalse();
    }

    @Test
    @Tells(NodeEvent.LeaseEnded.class)
    void sessionMarkedGoneByAnotherNodeStopsForGood() {
        lease.start();
        time.run();
        backend.overwrite(keys.lease(ME), LeaseFormat.encode(new LeaseRecord(ME, 2, "here", true, time.wallMillis())));
        time.advance(Duration.ofSeconds(3));
        assertThat(told).containsExactly("held", "revoked");
        assertThat(valid()).isFalse();
        time.advance(Duration.ofSeconds(60));
        assertThat(told).containsExactly("held", "revoked");
        assertThat(stored().gone()).isTrue();
    }

    @Test
    void leaseRemovedOrReplacedByOthersIsARevocationToo() {
        lease.start();
        time.run();
        backend.overwrite(keys.lease(ME), new byte[] {1, 2, 3});
        time.advance(Duration.ofSeconds(3));
        assertThat(told).containsExactly("held", "revoked");
    }

    @Test
    void conflictWhoseReadBackShowsOurOwnLastVersionIsTriedAgain() {
        lease.start();
        time.run();
        backend.fault(Fault.FALSE_CONFLICT, key -> true);
        time.advance(Duration.ofSeconds(4));
        backend.fault(Fault.NONE, key -> true);
        time.advance(Duration.ofSeconds(30));
        assertThat(told).containsExactly("held", "failing", "held");
        assertThat(valid()).isTrue();
        assertThat(stored().renewals()).isGreaterThan(10);
    }

    @Test
    void leaseThatIsAbsentOnceIsLookedForAgain() {
        lease.start();
        time.run();
        backend.lose(1);
        backend.fault(Fault.FALSE_CONFLICT, key -> true);
        time.advance(Duration.ofSeconds(3));
        backend.fault(Fault.NONE, key -> true);
        time.advance(Duration.ofSeconds(30));
        assertThat(told).startsWith("held").doesNotContain("revoked", "expired");
        assertThat(valid()).isTrue();
    }

    @Test
    void leaseThatWasRemovedEndsTheSession() {
        lease.start();
        time.run();
        backend.remove(keys.lease(ME));
        time.advance(Duration.ofSeconds(5));
        assertThat(told).endsWith("revoked");
        assertThat(valid()).isFalse();
        assertThat(backend.read(keys.lease(ME))).isEmpty();
    }

    @Test
    void whatALaterReleaseWroteIntoItStays() {
        lease.start();
        time.run();
        byte[] applied = LeaseFormat.encode(new LeaseRecord(ME, 5, "here", false, 0, "c1"));
        backend.overwrite(keys.lease(ME), LaterRelease.with(applied, "\"load\" : -0"));

        time.advance(Duration.ofSeconds(20));

        assertThat(told).doesNotContain("revoked");
        assertThat(stored().renewals()).isGreaterThan(6);
        assertThat(stored().extra().size()).isEqualTo(",\"load\" : -0".length());
        assertThat(lease.goodbye()).isCompleted();
        assertThat(stored().gone()).isTrue();
        assertThat(stored().extra().size()).isEqualTo(",\"load\" : -0".length());
    }

    @Test
    void goodbyeMarksTheLeaseGone() {
        lease.start();
        time.run();
        lease.goodbye();
        time.run();
        assertThat(stored().gone()).isTrue();
        assertThat(valid()).isFalse();
        time.advance(Duration.ofSeconds(60));
        assertThat(stored().renewals()).isEqualTo(2);
    }

    @Test
    void goodbyeOfALeaseThatHoldsIsTriedAgainWhileTheStoreRefuses() {
        lease.start();
        time.run();
        backend.fault(Fault.REFUSED, key -> true);
        CompletionStage<Void> said = lease.goodbye();
        time.advance(Duration.ofSeconds(2));
        assertThat(said).isNotCompleted();
        backend.fault(Fault.NONE, key -> true);
        time.advance(Duration.ofSeconds(5));
        assertThat(said).isCompleted();
        assertThat(stored().gone()).isTrue();
    }

    @Test
    @Tells(NodeEvent.GoodbyeFailed.class)
    void goodbyeOfALeaseThatRanOutDoesNotHoldUpANodeThatCouldJoinElsewhere() {
        lease.start();
        time.run();
        backend.fault(Fault.REFUSED, key -> true);
        time.advance(Duration.ofSeconds(15));
        assertThat(valid()).isFalse();
        CompletionStage<Void> said = lease.goodbye();
        time.run();
        assertThat(said).isCompleted();
    }

    @Test
    void leaseThatRanOutIsMarkedGoneAllTheSame() {
        lease.start();
        time.run();
        backend.fault(Fault.REFUSED, key -> true);
        time.advance(Duration.ofSeconds(15));
        backend.fault(Fault.NONE, key -> true);
        lease.goodbye();
        time.run();
        assertThat(stored().gone()).isTrue();
    }

    @Test
    void goodbyeBeforeTheFirstLeaseWritesNothing() {
        assertThat(lease.goodbye()).isCompleted();
        lease.start();
        time.advance(Duration.ofSeconds(10));
        assertThat(backend.read(keys.lease(ME))).isEmpty();
        assertThat(told).isEmpty();
    }
}
