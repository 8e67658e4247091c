package io.durableserver.testkit.store;

import static io.durableserver.testkit.store.BackendFixture.await;
import static io.durableserver.testkit.store.BackendFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.spi.PageRequest;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import io.durableserver.testkit.backend.Fault;
import io.durableserver.testkit.backend.FaultPlan;
import io.durableserver.testkit.backend.FaultyBackend;
import io.durableserver.testkit.backend.InMemoryBackend;
import io.durableserver.testkit.backend.Operation;
import io.durableserver.testkit.backend.RandomFaults;
import io.durableserver.testkit.backend.ScriptedFaults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class FaultyBackendTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final InMemoryBackend store = new InMemoryBackend();
    private final StepScheduler scheduler = new StepScheduler();
    private final ScriptedFaults script = new ScriptedFaults();
    private final FaultyBackend backend = new FaultyBackend(store, script, scheduler);

    @Test
    void aRefusedWriteHasNoEffectAndSaysSo() {
        script.next(1, Operation.CREATE, new Fault.Refused(false));
        assertThat(create("key"))
                .isInstanceOfSatisfying(
                        WriteResult.NotApplied.class,
                        result -> assertThat(result.retryable()).isFalse());
        assertThat(stored("key")).isFalse();
        assertThat(create("key")).isInstanceOf(WriteResult.Stored.class);
    }

    @Test
    void aLostRequestIsUnknownWithoutEffect() {
        script.next(1, Operation.CREATE, new Fault.LostRequest());
        assertThat(create("key")).isInstanceOf(WriteResult.Unknown.class);
        scheduler.advance(SECOND);
        assertThat(stored("key")).isFalse();
    }

    @Test
    void aLostResponseIsUnknownWithEffect() {
        script.next(1, Operation.CREATE, new Fault.LostResponse());
        assertThat(create("key")).isInstanceOf(WriteResult.Unknown.class);
        assertThat(stored("key")).isTrue();
    }

    @Test
    void aDelayedEffectComesAfterTheAnswer() {
        script.next(1, Operation.CREATE, new Fault.DelayedEffect(SECOND));
        assertThat(create("key")).isInstanceOf(WriteResult.Unknown.class);
        assertThat(stored("key")).isFalse();
        scheduler.advance(SECOND);
        assertThat(stored("key")).isTrue();
    }

    @Test
    void aDelayedEffectIsDroppedWhenTheVersionMovedOn() {
        Version first = BackendFixture.stored(create("key"));
        script.next(1, Operation.REPLACE, new Fault.DelayedEffect(SECOND));
        await(backend.replace("key", bytes("late"), first, SECOND));
        Version second = BackendFixture.stored(await(backend.replace("key", bytes("new"), first, SECOND)));
        scheduler.advance(SECOND);
        assertThat(await(store.get("key", ReadMode.STRONG, SECOND)))
                .isInstanceOfSatisfying(
                        ReadResult.Found.class,
                        found -> assertThat(found.version()).isEqualTo(second));
    }

    @Test
    void latencyBeyondTheTimeoutIsUnknownAndTheEffectStillComes() {
        FaultyBackend slow = new FaultyBackend(store, FaultPlan.latency(SECOND.multipliedBy(4)), scheduler);
        CompletableFuture<WriteResult> write =
                slow.create("key", bytes("record"), SECOND).toCompletableFuture();
        assertThat(write).isNotDone();
        scheduler.advance(SECOND);
        assertThat(write.join()).isInstanceOf(WriteResult.Unknown.class);
        assertThat(stored("key")).isFalse();
        scheduler.advance(SECOND);
        assertThat(stored("key")).isTrue();
    }

    @Test
    void failingReadsAreNeverAbsentRecords() {
        script.next(2, Operation.GET, new Fault.LostResponse()).next(1, Operation.LIST, new Fault.Refused(true));
        assertThat(await(backend.get("key", ReadMode.WEAK, SECOND))).isInstanceOf(ReadResult.Failed.class);
        assertThat(await(backend.get("key", ReadMode.WEAK, SECOND))).isInstanceOf(ReadResult.Failed.class);
        assertThat(await(backend.get("key", ReadMode.WEAK, SECOND))).isInstanceOf(ReadResult.Absent.class);
        assertThat(backend.list(PageRequest.keys("", 1), SECOND).toCompletableFuture())
                .isCompletedExceptionally();
    }

    @Test
    void requestsAreCountedByKind() {
        create("key");
        create("key");
        await(backend.list(PageRequest.keys("", 1), SECOND));
        assertThat(backend.count(Operation.CREATE)).isEqualTo(2);
        assertThat(backend.count(Operation.LIST)).isEqualTo(1);
        assertThat(backend.count(Operation.GET)).isZero();
        backend.resetCounts();
        assertThat(backend.count(Operation.CREATE)).isZero();
    }

    @Test
    void theSameSeedGivesTheSameFaults() {
        assertThat(faultsOf(7)).isEqualTo(faultsOf(7)).isNotEqualTo(faultsOf(8));
    }

    private static List<FaultPlan.Decision> faultsOf(long seed) {
        FaultPlan plan = new RandomFaults(seed, RandomFaults.Rates.all(0.2), SECOND, SECOND);
        List<FaultPlan.Decision> decisions = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            decisions.add(plan.decide(Operation.CREATE, "key"));
        }
        return decisions;
    }

    private WriteResult create(String key) {
        return await(backend.create(key, bytes("record"), SECOND));
    }

    private boolean stored(String key) {
        return await(store.get(key, ReadMode.STRONG, SECOND)) instanceof ReadResult.Found;
    }
}
