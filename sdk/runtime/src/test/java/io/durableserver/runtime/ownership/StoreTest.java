package io.durableserver.runtime.ownership;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.runtime.events.Facts;
import io.durableserver.runtime.ownership.ConditionalWrite.Outcome;
import io.durableserver.runtime.testing.ManualScheduler;
import io.durableserver.runtime.testing.MemoryBackend;
import io.durableserver.spi.Backend;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What reaches the backend (P1). */
class StoreTest {
    private static final Duration LIMIT = Duration.ofSeconds(1);

    private final ManualScheduler time = new ManualScheduler();
    private final MemoryBackend backend = new MemoryBackend();
    private final List<Object> modes = new ArrayList<>();
    private final Store store = new Store(watched(), time, LIMIT, LIMIT, Facts.onlyLogged());

    private Backend watched() {
        return (Backend) Proxy.newProxyInstance(
                Backend.class.getClassLoader(), new Class<?>[] {Backend.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("get")) {
                        modes.add(arguments[1]);
                    }
                    try {
                        return method.invoke(backend, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private Outcome write(ConditionalWrite write) {
        return store.write("k", write, () -> false).toCompletableFuture().join();
    }

    @Test
    void recordThatChangedSinceItWasReadIsNotWrittenOver() {
        Version read = backend.overwrite("k", new byte[] {1});
        backend.overwrite("k", new byte[] {2});
        assertThat(write(ConditionalWrite.replace(read, new byte[] {3}))).isEqualTo(new Outcome.Conflict(false));
        assertThat(write(ConditionalWrite.create(new byte[] {3}))).isEqualTo(new Outcome.Conflict(false));
        assertThat(write(ConditionalWrite.delete(read))).isEqualTo(new Outcome.Conflict(false));
        assertThat(backend.read("k")).contains(new byte[] {2});
    }

    @Test
    void recordsAreReadStrongly() {
        backend.overwrite("k", new byte[] {1});
        assertThat(store.read("k", () -> false).toCompletableFuture().join()).isInstanceOf(ReadResult.Found.class);
        backend.fault(MemoryBackend.Fault.LOST_RESPONSE, "k"::equals);
        write(ConditionalWrite.replace(new Version("v1"), new byte[] {2}));
        assertThat(modes).hasSizeGreaterThan(1).containsOnly(ReadMode.STRONG);
    }

    /** Records of two claims differ in a name of the same length, or in a digit. */
    @Test
    void foreignRecordOfTheSameLengthIsNotTakenForOurs() {
        Version before = backend.overwrite("k", "old".getBytes(UTF_8));
        ConditionalWrite write = ConditionalWrite.replace(before, "us1".getBytes(UTF_8));
        assertThat(write.resume()).isInstanceOf(ConditionalWrite.Step.Write.class);
        write.onWrite(new WriteResult.Unknown(new IllegalStateException()), true);
        assertThat(write.onRead(new ReadResult.Found("us2".getBytes(UTF_8), new Version("v9")), true))
                .isEqualTo(new ConditionalWrite.Step.Done(new Outcome.Conflict(true)));
    }

    /** Whoever asks is told what the store says while they still wait for it. */
    @Test
    void readOfAStoreThatRefusesEndsInTheTimeOfWhoeverAsks() {
        backend.readable(false);
        long deadline = time.nanoTime() + LIMIT.toNanos();
        CompletableFuture<ReadResult> end =
                store.readWithin("k", () -> deadline - time.nanoTime()).toCompletableFuture();
        assertThat(end).isNotDone();
        time.advance(LIMIT);
        assertThat(end.join())
                .isInstanceOfSatisfying(
                        ReadResult.Failed.class,
                        failed -> assertThat(failed.retryable()).isTrue());
        assertThat(modes).hasSizeGreaterThan(3);
    }
}
