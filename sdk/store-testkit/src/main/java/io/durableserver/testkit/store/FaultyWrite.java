package io.durableserver.testkit.store;

import static io.durableserver.testkit.store.BackendFixture.TIMEOUT;
import static io.durableserver.testkit.store.BackendFixture.await;
import static io.durableserver.testkit.store.BackendFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.spi.Backend;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import io.durableserver.testkit.backend.Fault;
import io.durableserver.testkit.backend.FaultPlan;
import io.durableserver.testkit.backend.FaultyBackend;
import io.durableserver.testkit.backend.Operation;
import io.durableserver.testkit.backend.ScriptedFaults;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** One write of one kind, made where it is allowed, that meets faults on its way to the store. */
final class FaultyWrite {
    /** What is stored before a replace or a delete. */
    static final byte[] BEFORE = bytes("before");

    static final List<Fault> FAULTS = List.of(
            new Fault.Refused(true),
            new Fault.Refused(false),
            new Fault.LostRequest(),
            new Fault.LostResponse(),
            new Fault.DelayedEffect(Duration.ofSeconds(1)));

    private static final byte[] AFTER = bytes("after");

    private final BackendFixture fixture;
    private final Operation operation;
    private final String key;
    private final Version expected;
    private final StepScheduler scheduler = new StepScheduler();
    private final ScriptedFaults faults = new ScriptedFaults();
    private final TrackedBackend tracked;
    private final FaultyBackend faulty;

    private FaultyWrite(BackendFixture fixture, Operation operation, String key, Version expected) {
        this.fixture = fixture;
        this.operation = operation;
        this.key = key;
        this.expected = expected;
        this.tracked = new TrackedBackend(fixture.backend());
        this.faulty = new FaultyBackend(tracked, faults, scheduler);
    }

    static FaultyWrite of(BackendFixture fixture, Operation operation) {
        String key = fixture.key("write");
        Version expected = operation == Operation.CREATE ? new Version("") : fixture.created(key, BEFORE);
        return new FaultyWrite(fixture, operation, key, expected);
    }

    String key() {
        return key;
    }

    /** The end of the write when it meets this fault. */
    WriteResult meets(Fault fault) {
        faults.next(1, operation, fault);
        return await(on(faulty, TIMEOUT));
    }

    /** The write when it takes this long to the store and back. */
    CompletionStage<WriteResult> slow(Duration latency, Duration timeout) {
        Duration half = latency.dividedBy(2);
        faults.next(1, operation, new FaultPlan.Decision(new Fault.None(), half, half));
        return on(faulty, timeout);
    }

    /** The same write again, without a fault. */
    WriteResult again() {
        return await(on(faulty, TIMEOUT));
    }

    /** Lets everything happen that is due by then. */
    void settle(Duration duration) {
        scheduler.advance(duration);
        tracked.settle();
    }

    void assertNoEffect() {
        if (operation == Operation.CREATE) {
            fixture.assertAbsent(key);
        } else {
            fixture.assertRecord(key, BEFORE, expected);
        }
    }

    void assertEffect() {
        if (operation == Operation.DELETE) {
            fixture.assertAbsent(key);
        } else {
            ReadResult.Found found = BackendFixture.found(fixture.read(key));
            assertThat(found.record()).isEqualTo(AFTER);
            assertThat(found.version()).isNotEqualTo(expected);
        }
    }

    private CompletionStage<WriteResult> on(Backend backend, Duration timeout) {
        return switch (operation) {
            case CREATE -> backend.create(key, AFTER, timeout);
            case REPLACE -> backend.replace(key, AFTER, expected, timeout);
            case DELETE -> backend.delete(key, expected, timeout);
            default -> throw new IllegalArgumentException(operation + " is no write");
        };
    }
}
