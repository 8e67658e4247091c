package io.durableserver.backend.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.backend.mirror.Lies.Liar;
import io.durableserver.backend.mirror.Lies.Script;
import io.durableserver.backend.mirror.authority.AuthorityTransfer;
import io.durableserver.backend.mirror.base.StorePair;
import io.durableserver.backend.mirror.control.Control;
import io.durableserver.backend.mirror.control.ControlFormat;
import io.durableserver.backend.mirror.control.ControlKeys;
import io.durableserver.backend.mirror.rollout.Handover;
import io.durableserver.backend.mirror.rollout.Pace;
import io.durableserver.backend.mirror.rollout.Phase;
import io.durableserver.backend.mirror.rollout.Repair;
import io.durableserver.backend.mirror.rollout.Side;
import io.durableserver.backend.mirror.rollout.VerificationReport;
import io.durableserver.spi.Backend;
import io.durableserver.spi.Backend.Page;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import io.durableserver.testkit.backend.Fault;
import io.durableserver.testkit.backend.FaultPlan;
import io.durableserver.testkit.backend.InMemoryBackend;
import io.durableserver.testkit.backend.Lie;
import io.durableserver.testkit.backend.LyingPlan;
import io.durableserver.testkit.backend.Operation;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the mirror does when somebody between the nodes and a store makes up answers, in virtual time. */
final class RolloutLiesTest extends RolloutFixture {
    private static final int FOR_EVER = 1_000_000;
    private static final String ROLLOUT = Node.PREFIX + "__rollout/default";

    /** The nodes have the record where the authority is, whatever became of the handover. */
    private void kept(Handover end, long count) {
        boolean done = end instanceof Handover.Done;
        assertThat(in(done ? world.target : world.source, KEY))
                .as("after %s", end)
                .isInstanceOfSatisfying(
                        ReadResult.Found.class,
                        found -> assertThat(Samples.count(found.record())).isEqualTo(count));
        assertThat(in(done ? world.source : world.target, KEY))
                .as("the other one, after %s", end)
                .isInstanceOf(ReadResult.Found.class);
    }

    private Open backfilled() {
        Open one = boot("n1");
        create(one.backend(), KEY, 1);
        create(one.backend(), KEY + "b", 1);
        world.await(one.rollout().backfill(Pace.DEFAULT));
        return one;
    }

    @ParameterizedTest
    @CsvSource({
        "0,1",
        "0,2",
        "0,3",
        "0,4",
        "1,1",
        "1,2",
        "1,3",
        "1,4",
        "2,1",
        "2,2",
        "2,3",
        "3,2",
        "3,3",
        "4,1",
        "4,3",
        "5,6",
        "0,8",
        "0,16",
        "1,1000000"
    })
    void aRecordThatIsSaidToBeAbsentDuringTheCutOverIsKept(int truths, int lies) {
        Open one = backfilled();
        world.sourceLies.liar = Script.absent(KEY, truths, lies);
        Handover end = world.await(one.rollout().cutOver(Pace.DEFAULT));
        if (lies == FOR_EVER) {
            assertThat(end).isInstanceOfSatisfying(Handover.Refused.class, refused -> {
                assertThat(refused.why()).isEqualTo(Handover.Reason.DIVERGENCE);
                assertThat(refused.verified().orElseThrow().samples())
                        .containsExactly(new VerificationReport.Divergence(KEY, VerificationReport.Kind.FAILED));
            });
        }
        kept(end, 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
    void aRecordThatIsSaidToBeAbsentOnTheWayBackIsKept(int lies) {
        Open one = backfilled();
        assertThat(world.await(one.rollout().cutOver(Pace.DEFAULT))).isInstanceOf(Handover.Done.class);
        world.targetLies.liar = Script.absent(KEY, lies % 3, lies);
        Handover end = world.await(one.rollout().rollBack(Pace.DEFAULT));
        boolean done = end instanceof Handover.Done;
        assertThat(in(done ? world.source : world.target, KEY))
                .as("after %s", end)
                .isInstanceOf(ReadResult.Found.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 10})
    void aRecordThatIsSaidToBeAbsentDuringABackfillIsCopiedOrFoundByTheComparison(int lies) {
        create(new InMemoryBackend(world.source), KEY, 1);
        Open one = boot("n1");
        world.sourceLies.liar = Script.absent(KEY, 0, lies);
        world.await(one.rollout().backfill(Pace.DEFAULT));
        VerificationReport first = world.await(one.rollout().repair(Repair.EXPLAINED, Pace.DEFAULT));
        assertThat(
                        first.clean()
                                ? in(world.target, KEY)
                                : first.samples().get(0).kind())
                .isNotIn(new ReadResult.Absent(), VerificationReport.Kind.EXTRA);
        for (int i = 0; i < 3; i++) {
            world.await(one.rollout().repair(Repair.EXPLAINED, Pace.DEFAULT));
        }
        assertThat(in(world.target, KEY)).isInstanceOf(ReadResult.Found.class);
    }

    /** The mirror is at the old record, which is what the authority shows. */
    @ParameterizedTest
    @CsvSource({"0,1", "1,1", "2,1", "0,2", "1,2", "0,3"})
    void anOldRecordThatEqualsTheMirrorsIsNotTakenForTheNewestOne(int truths, int lies) {
        Open one = boot("n1");
        Version first = create(one.backend(), KEY, 1);
        world.await(one.rollout().backfill(Pace.DEFAULT));
        targetWeather.down = true;
        stored(world.await(one.backend().replace(KEY, Samples.server(1, 2, 2, "n"), first, TIMEOUT)));
        one.node().crash();
        targetWeather.clear();
        Open two = boot("n2");
        world.sourceLies.liar = Script.old(KEY, truths, lies);
        kept(world.await(two.rollout().cutOver(Pace.DEFAULT)), 2);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aKeyThatAListingLeavesOutIsMissedByNoCutOver(int truths) {
        Open one = boot("n1");
        world.await(one.rollout().backfill(Pace.DEFAULT));
        targetWeather.down = true;
        create(one.backend(), KEY, 1);
        one.node().crash();
        targetWeather.clear();
        Open two = boot("n2");
        world.sourceLies.liar = Script.unlisted(KEY, truths, 1);
        kept(world.await(two.rollout().cutOver(Pace.DEFAULT)), 1);
    }

    @Test
    void aRecordIsNotRemovedBecauseTheListingAndNotTheRecordSaysItIsGone() {
        Open one = backfilled();
        world.sourceLies.liar = Script.unlisted(KEY, 0, FOR_EVER);
        kept(world.await(one.rollout().cutOver(Pace.DEFAULT)), 1);
    }

    @Test
    void aListingThatLeavesOutTheRolloutsOwnRecordIsNotTrusted() {
        Open one = backfilled();
        world.sourceLies.liar = new Liar() {
            @Override
            public Page list(String prefix, Page truth) {
                return prefix.equals(Node.PREFIX) ? new Page(List.of(), truth.next()) : truth;
            }
        };
        assertThat(one.rollout().verify(Pace.DEFAULT).toCompletableFuture())
                .satisfies(report -> assertThat(world.runUntil(report::isDone, Duration.ofMinutes(1)))
                        .isTrue())
                .isCompletedExceptionally();
    }

    @Test
    void aPageThatLeadsBackToItselfEndsTheWalk() {
        Open one = backfilled();
        world.sourceLies.liar = new Liar() {
            @Override
            public Page list(String prefix, Page truth) {
                return prefix.equals(Node.PREFIX) ? new Page(truth.entries(), Optional.of("again")) : truth;
            }
        };
        var report = one.rollout().verify(Pace.DEFAULT).toCompletableFuture();
        assertThat(world.runUntil(report::isDone, Duration.ofMinutes(1))).isTrue();
        assertThat(report).isCompletedExceptionally();
    }

    @Test
    void keysThatAreListedTwiceAreComparedOnce() {
        Open one = backfilled();
        world.sourceLies.liar = new Liar() {
            @Override
            public Page list(String prefix, Page truth) {
                List<io.durableserver.spi.Backend.Listed> twice = new java.util.ArrayList<>(truth.entries());
                twice.addAll(truth.entries());
                return new Page(twice, truth.next());
            }
        };
        VerificationReport report = world.await(one.rollout().verify(Pace.DEFAULT));
        assertThat(report.clean()).isTrue();
        assertThat(report.compared()).isEqualTo(2);
    }

    /** A proxy without a route, for longer than any second look is away. */
    @Test
    void aStoreThatShowsNothingAtAllProvesNoAbsence() {
        Open one = backfilled();
        world.sourceLies.liar = new Liar() {
            @Override
            public ReadResult get(String key, Duration timeout, ReadResult truth, List<ReadResult.Found> past) {
                return new ReadResult.Absent();
            }
        };
        var handover = one.rollout().cutOver(Pace.DEFAULT).toCompletableFuture();
        var repair = one.rollout().repair(Repair.AUTHORITY_WINS, Pace.DEFAULT).toCompletableFuture();
        world.run(Duration.ofMinutes(2));
        assertThat(handover).isDone();
        assertThat(repair).isDone();
        assertThat(in(world.target, KEY)).isInstanceOf(ReadResult.Found.class);
        world.sourceLies.liar = new Liar() {};
        world.run(Duration.ofSeconds(5));
        kept(world.await(one.rollout().cutOver(Pace.DEFAULT)), 1);
    }

    @ParameterizedTest
    @CsvSource({"0,1", "0,2", "1,1", "0,3", "0,5"})
    void aWriteIsMirroredAlthoughItsRecordIsSaidToBeAbsent(int truths, int lies) {
        Version first = create(boot("n1").backend(), KEY, 1);
        world.run(Duration.ofSeconds(1));
        // Another node knows no counterpart, so it reads.
        Open two = boot("n2");
        world.sourceLies.liar = Script.absent(KEY, truths, lies);
        stored(world.await(two.backend().replace(KEY, Samples.server(2, 1, 2, "n"), first, TIMEOUT)));
        for (int i = 0; i < 300; i++) {
            world.run(Duration.ofMillis(50));
            assertThat(in(world.target, KEY)).isInstanceOf(ReadResult.Found.class);
        }
        assertThat(Samples.count(((ReadResult.Found) in(world.target, KEY)).record()))
                .isEqualTo(2);
        assertThat(world.await(two.rollout().status()).pending()).isZero();
    }

    @Test
    void aWriteIsMirroredAlthoughTheAuthorityShowsTheRecordBefore() {
        Version first = create(boot("n1").backend(), KEY, 1);
        world.run(Duration.ofSeconds(1));
        Open two = boot("n2");
        world.sourceLies.liar = Script.old(KEY, 0, 1);
        stored(world.await(two.backend().replace(KEY, Samples.server(2, 1, 2, "n"), first, TIMEOUT)));
        world.run(Duration.ofSeconds(5));
        assertThat(Samples.count(((ReadResult.Found) in(world.target, KEY)).record()))
                .isEqualTo(2);
    }

    @Test
    void aCreatedRecordOfTheMirrorIsNotTakenBackOnOneReading() {
        Open one = boot("n1");
        // The copy reads the record, creates it in the mirror, and is told then that it is gone.
        world.sourceLies.liar = Script.absent(KEY, 1, 1);
        create(one.backend(), KEY, 1);
        world.runUntil(() -> in(world.target, KEY) instanceof ReadResult.Found, Duration.ofSeconds(5));
        for (int i = 0; i < 100; i++) {
            world.run(Duration.ofMillis(50));
            assertThat(in(world.target, KEY)).isInstanceOf(ReadResult.Found.class);
        }
    }

    @Test
    void aDeleteIsMirroredAlthoughTheMirrorIsSaidToHaveNothing() {
        Version version = create(boot("n1").backend(), KEY, 1);
        world.run(Duration.ofSeconds(1));
        Open two = boot("n2");
        world.targetLies.liar = Script.absent(KEY, 0, 1);
        stored(world.await(two.backend().delete(KEY, version, TIMEOUT)));
        world.run(Duration.ofSeconds(5));
        assertThat(in(world.target, KEY)).isInstanceOf(ReadResult.Absent.class);
    }

    @Test
    void aDeleteIsMirroredWithoutAnyReading() {
        Open one = boot("n1");
        Version version = create(one.backend(), KEY, 1);
        world.run(Duration.ofSeconds(1));
        world.sourceLies.liar = Script.old(KEY, 0, FOR_EVER);
        stored(world.await(one.backend().delete(KEY, version, TIMEOUT)));
        world.run(Duration.ofMillis(100));
        assertThat(in(world.target, KEY)).isInstanceOf(ReadResult.Absent.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aServersTokenSurvivesTheCutOverAlthoughARecordIsSaidToBeAbsent(boolean source) {
        Version version = create(boot("n1").backend(), KEY, 1);
        Open one = boot("n2");
        assertThat(cutOver(one).phase()).isEqualTo(Phase.CUT_OVER);
        // A node that remembers no counterpart looks at both records.
        Open two = boot("n3");
        (source ? world.sourceLies : world.targetLies).liar = Script.absent(KEY, 0, 1);
        assertThat(stored(world.await(two.backend().replace(KEY, Samples.server(1, 2, 2, "n"), version, TIMEOUT)))
                        .token())
                .startsWith("t:");
    }

    @Test
    void aHandleThatAListingLeavesOutInThePauseIsWaitedForAllTheSame() {
        Open one = boot("n1");
        Open two = boot("n2");
        create(two.backend(), KEY, 1);
        world.await(one.rollout().backfill(Pace.DEFAULT));
        world.sourceLies.liar = new Liar() {
            private boolean frozen;

            @Override
            public Page list(String prefix, Page truth) {
                boolean pause = ControlFormat.rollout(
                                "", ((ReadResult.Found) in(world.source, Node.PREFIX + "__rollout/default")).record())
                        .phase()
                        .paused();
                if (!pause || !prefix.endsWith("/handles/")) {
                    return truth;
                }
                if (!frozen) {
                    frozen = true;
                    two.node().freeze(Duration.ofSeconds(2));
                }
                return new Page(
                        truth.entries().stream()
                                .filter(entry -> !entry.key().contains("/n2/"))
                                .toList(),
                        truth.next());
            }
        };
        Handover end = world.await(one.rollout().cutOver(Pace.DEFAULT));
        assertThat(end)
                .isInstanceOfSatisfying(
                        Handover.Done.class, done -> assertThat(done.pause()).isGreaterThan(Duration.ofMillis(1_500)));
    }

    @Test
    void aNewNodeIsNotRefusedBecauseOneReadingSaysThatTheSourceKnowsNothing() {
        Open one = backfilled();
        // A handover that was undone leaves a record in the target that does not own.
        StorePair sides = new StorePair(
                new InMemoryBackend(world.source), new InMemoryBackend(world.target), Duration.ofSeconds(1));
        AuthorityTransfer baton =
                new AuthorityTransfer(new Control(sides, ControlKeys.of(Node.PREFIX, "default"), one.node()));
        world.await(baton.take(Side.SOURCE));
        world.await(baton.giveBack());
        world.sourceLies.liar = Script.absent(Node.PREFIX + "__rollout/default", 0, 1);
        assertThat(boot("n2").backend().name()).isEqualTo("mirror");
    }

    @Test
    void aTargetIsNotTakenForEmptyBecauseOneListingIs() {
        create(new InMemoryBackend(world.target), KEY, 1);
        world.targetLies.liar = Script.unlisted(KEY, 0, 1);
        var ready = world.boot("n1")
                .mirror(options, sourceWeather, targetWeather)
                .open(world.boot("n1").context())
                .ready()
                .toCompletableFuture();
        world.runUntil(ready::isDone, Duration.ofSeconds(20));
        assertThat(ready).isCompletedExceptionally();
        assertThat(in(world.target, KEY)).isInstanceOf(ReadResult.Found.class);
    }

    /** The listings of a store that has lost its index, for longer than any second look is away. */
    @Test
    void aRecordIsNotRemovedWhereEveryListingIsEmpty() {
        LyingPlan lost = new LyingPlan(1, 100, EnumSet.of(Lie.LOST_ANSWER), Duration.ofMillis(1));
        lost.on(false);
        world.sourceLies.way = lost;
        Open one = boot("n1");
        Version first = create(one.backend(), KEY, 1);
        world.run(Duration.ofSeconds(1));
        lost.on(true);
        // What became of it has to be read, and is not shown.
        var unknown = one.backend().replace(KEY, Samples.server(1, 2, 2, "n"), first, TIMEOUT);
        world.sourceLies.liar = new Liar() {
            @Override
            public ReadResult get(String key, Duration timeout, ReadResult truth, List<ReadResult.Found> past) {
                return key.equals(KEY) ? new ReadResult.Absent() : truth;
            }

            @Override
            public Page list(String prefix, Page truth) {
                return new Page(List.of(), Optional.empty());
            }
        };
        assertThat(world.await(unknown)).isInstanceOf(WriteResult.Unknown.class);
        lost.on(false);
        for (int i = 0; i < 100; i++) {
            world.run(Duration.ofMillis(200));
            assertThat(in(world.target, KEY)).isInstanceOf(ReadResult.Found.class);
        }
        world.sourceLies.liar = new Liar() {};
        world.run(Duration.ofSeconds(20));
        assertThat(Samples.count(((ReadResult.Found) in(world.target, KEY)).record()))
                .isEqualTo(2);
    }

    /** A node that begins the rollout fails at its last step, and others have opened by then. */
    @Test
    void theFirstRolloutRecordIsNotTakenBackBecauseTheTargetDoesNotAnswer() {
        sourceWeather.lateDeletes = true;
        Node node = world.boot("n1");
        boolean[] failed = new boolean[1];
        Mirror mirror = node.mirror(options, sourceWeather, (operation, key) -> {
            boolean begun = in(world.source, ROLLOUT) instanceof ReadResult.Found;
            if (begun && operation == Operation.GET && !failed[0]) {
                failed[0] = true;
                return FaultPlan.Decision.of(new Fault.Refused(true));
            }
            return targetWeather.decide(operation, key);
        });
        Backend backend = mirror.open(node.context());
        world.await(backend.ready());
        assertThat(failed).containsExactly(true);
        world.run(Duration.ofSeconds(10));
        assertThat(in(world.source, ROLLOUT)).isInstanceOf(ReadResult.Found.class);
        create(backend, KEY, 1);
    }

    /** The store that is both sides for a moment: a request that was sent to the wrong one. */
    @Test
    void theFirstRolloutRecordIsNotTakenBackBecauseOneAnswerIsTheOtherStores() {
        world.targetLies.liar = new Liar() {
            private boolean lied;

            @Override
            public ReadResult get(String key, Duration timeout, ReadResult truth, List<ReadResult.Found> past) {
                ReadResult source = in(world.source, key);
                if (lied || !key.equals(ROLLOUT) || source instanceof ReadResult.Absent) {
                    return truth;
                }
                lied = true;
                return source;
            }
        };
        sourceWeather.lateDeletes = true;
        Open one = boot("n1");
        world.run(Duration.ofSeconds(10));
        assertThat(in(world.source, ROLLOUT)).isInstanceOf(ReadResult.Found.class);
        create(one.backend(), KEY, 1);
    }

    @Test
    void aNewNodeDoesNotBelieveAnOldRolloutRecord() {
        Open one = backfilled();
        assertThat(world.await(one.rollout().cutOver(Pace.DEFAULT))).isInstanceOf(Handover.Done.class);
        world.sourceLies.liar = new Liar() {
            @Override
            public ReadResult get(String key, Duration timeout, ReadResult truth, List<ReadResult.Found> past) {
                // The source owned by then.
                return key.endsWith("__rollout/default") ? past.get(0) : truth;
            }
        };
        Open two = boot("n2");
        Version now = ((ReadResult.Found)
                        world.await(two.backend().get(KEY, io.durableserver.spi.ReadMode.STRONG, TIMEOUT)))
                .version();
        assertThat(now.token()).startsWith("t:");
        assertThat(create(two.backend(), KEY + "c", 1).token()).startsWith("t:");
    }
}
