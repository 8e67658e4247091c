package io.durableserver.testkit.store;

import static io.durableserver.testkit.store.BackendFixture.await;
import static io.durableserver.testkit.store.BackendFixture.bytes;
import static io.durableserver.testkit.store.BackendFixture.found;
import static io.durableserver.testkit.store.BackendFixture.stored;
import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.NotAppliedException;
import io.durableserver.spi.Backend;
import io.durableserver.spi.PageRequest;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import io.durableserver.testkit.Effort;
import io.durableserver.testkit.backend.Fault;
import io.durableserver.testkit.backend.FaultPlan;
import io.durableserver.testkit.backend.FaultyBackend;
import io.durableserver.testkit.backend.Operation;
import io.durableserver.testkit.backend.ScriptedFaults;
import java.time.Duration;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The store behind lost requests, lost answers and late effects: what results say stays true, for each operation. */
interface FaultChapter extends BackendFixture {
    /** How late a late effect comes; virtual time. */
    Duration LATE = Duration.ofSeconds(5);

    @Test
    default void everyChangeUnderRandomFaultsIsOneThatWasTold() {
        for (int seed = 0; seed < Effort.count(Math.max(1, seeds() / 10)); seed++) {
            new FaultSequence(backend(), key("faults-" + seed), seed).run();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CREATE", "REPLACE", "DELETE"})
    default void aWriteRefusedBeforeItsEffectHasNoneAndCanBeRepeated(Operation operation) {
        FaultyWrite write = FaultyWrite.of(this, operation);
        for (boolean retryable : new boolean[] {true, false}) {
            assertThat(write.meets(new Fault.Refused(retryable)))
                    .isInstanceOfSatisfying(
                            WriteResult.NotApplied.class,
                            refused -> assertThat(refused.retryable()).isEqualTo(retryable));
            write.settle(LATE);
            write.assertNoEffect();
        }
        stored(write.again());
        write.assertEffect();
    }

    @ParameterizedTest
    @EnumSource(names = {"CREATE", "REPLACE", "DELETE"})
    default void aWriteWhoseRequestIsLostIsUnknownAndCanBeRepeated(Operation operation) {
        FaultyWrite write = FaultyWrite.of(this, operation);
        assertThat(write.meets(new Fault.LostRequest())).isInstanceOf(WriteResult.Unknown.class);
        write.settle(LATE);
        write.assertNoEffect();
        stored(write.again());
        write.assertEffect();
    }

    @ParameterizedTest
    @EnumSource(names = {"CREATE", "REPLACE", "DELETE"})
    default void aWriteWhoseAnswerIsLostIsUnknownAndNotAppliedTwice(Operation operation) {
        FaultyWrite write = FaultyWrite.of(this, operation);
        assertThat(write.meets(new Fault.LostResponse())).isInstanceOf(WriteResult.Unknown.class);
        write.assertEffect();
        ReadResult before = read(write.key());
        BackendFixture.assertConflict(write.again());
        if (before instanceof ReadResult.Found found) {
            assertRecord(write.key(), found.record(), found.version());
        }
        write.assertEffect();
    }

    @ParameterizedTest
    @EnumSource(names = {"CREATE", "REPLACE", "DELETE"})
    default void aWriteThatIsLateIsUnknownAndHasItsEffectLater(Operation operation) {
        FaultyWrite write = FaultyWrite.of(this, operation);
        assertThat(write.meets(new Fault.DelayedEffect(LATE))).isInstanceOf(WriteResult.Unknown.class);
        write.assertNoEffect();
        write.settle(LATE);
        write.assertEffect();
    }

    /** The record that moved on has the very bytes the late write expects to find, and another version. */
    @ParameterizedTest
    @EnumSource(names = {"CREATE", "REPLACE", "DELETE"})
    default void aWriteThatIsTooLateHasNoEffect(Operation operation) {
        FaultyWrite write = FaultyWrite.of(this, operation);
        assertThat(write.meets(new Fault.DelayedEffect(LATE))).isInstanceOf(WriteResult.Unknown.class);
        if (read(write.key()) instanceof ReadResult.Found old) {
            stored(delete(write.key(), old.version()));
        }
        Version version = created(write.key(), FaultyWrite.BEFORE);
        write.settle(LATE);
        assertRecord(write.key(), FaultyWrite.BEFORE, version);
    }

    @ParameterizedTest
    @EnumSource(names = {"CREATE", "REPLACE", "DELETE"})
    default void aWriteThatOutlastsItsTimeIsUnknownWhateverComesOfIt(Operation operation) {
        FaultyWrite write = FaultyWrite.of(this, operation);
        var end = write.slow(LATE.multipliedBy(2), LATE).toCompletableFuture();
        assertThat(end).isNotDone();
        write.settle(LATE);
        assertThat(await(end)).isInstanceOf(WriteResult.Unknown.class);
        write.settle(LATE.multipliedBy(2));
        write.assertEffect();
    }

    @Test
    default void aReadThatFailsIsNeverAnAbsentRecord() {
        String key = key("record");
        Version version = created(key, bytes("one"));
        StepScheduler scheduler = new StepScheduler();
        ScriptedFaults faults = new ScriptedFaults();
        FaultyBackend faulty = new FaultyBackend(backend(), faults, scheduler);
        for (Fault fault : FaultyWrite.FAULTS) {
            faults.next(1, Operation.GET, fault).next(1, Operation.LIST, fault);
            assertThat(await(faulty.get(key, ReadMode.STRONG, TIMEOUT))).isInstanceOf(ReadResult.Failed.class);
            Assertions.assertThat(
                            faulty.list(PageRequest.keys(key, 10), TIMEOUT).toCompletableFuture())
                    .failsWithin(TIMEOUT)
                    .withThrowableThat()
                    .withCauseInstanceOf(NotAppliedException.class);
            assertThat(found(await(faulty.get(key, ReadMode.STRONG, TIMEOUT))).version())
                    .isEqualTo(version);
            assertThat(pages(faulty, PageRequest.keys(key, 10)))
                    .hasSize(1)
                    .allSatisfy(page -> assertThat(page.entries()).containsExactly(new Backend.Listed(key, version)));
        }
    }

    @Test
    default void aSlowReadIsRightInTimeAndFailsWhenItIsOver() {
        String key = key("record");
        Version version = created(key, bytes("one"));
        StepScheduler scheduler = new StepScheduler();
        FaultyBackend slow = new FaultyBackend(backend(), FaultPlan.latency(LATE.multipliedBy(2)), scheduler);
        var over = slow.get(key, ReadMode.STRONG, LATE);
        var overListing = slow.list(PageRequest.keys(key, 10), LATE);
        var inTime = slow.get(key, ReadMode.STRONG, Duration.ofDays(30));
        var inTimeListing = slow.list(PageRequest.keys(key, 10), Duration.ofDays(30));
        scheduler.advance(LATE);
        assertThat(await(over)).isInstanceOf(ReadResult.Failed.class);
        Assertions.assertThat(overListing.toCompletableFuture())
                .failsWithin(TIMEOUT)
                .withThrowableThat()
                .withCauseInstanceOf(NotAppliedException.class);
        Assertions.assertThat(inTime.toCompletableFuture()).isNotDone();
        assertThat(found(scheduler.await(inTime)).version()).isEqualTo(version);
        assertThat(scheduler.await(inTimeListing).entries()).containsExactly(new Backend.Listed(key, version));
    }
}
