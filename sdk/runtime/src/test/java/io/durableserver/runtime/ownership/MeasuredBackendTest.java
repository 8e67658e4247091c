package io.durableserver.runtime.ownership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.runtime.events.Facts;
import io.durableserver.runtime.testing.ManualScheduler;
import io.durableserver.runtime.testing.MemoryBackend;
import io.durableserver.runtime.testing.MemoryBackend.Fault;
import io.durableserver.spi.Backend;
import io.durableserver.spi.NodeGauges;
import io.durableserver.spi.PageRequest;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.RuntimeEvents;
import io.durableserver.spi.RuntimeHooks;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What is told of requests to the store. */
class MeasuredBackendTest {
    private static final Duration LIMIT = Duration.ofSeconds(1);

    private final List<String> told = new ArrayList<>();
    private final ManualScheduler time = new ManualScheduler();
    private final MemoryBackend memory = new MemoryBackend();

    private final class Listener implements RuntimeEvents, RuntimeHooks {
        @Override
        public RuntimeHooks installed(NodeGauges node) {
            return this;
        }

        @Override
        public void happened(Fact fact) {}

        @Override
        public void storeBegan(StoreOperation operation) {
            told.add("? " + operation);
        }

        @Override
        public void storeEnded(StoreOperation operation, StoreOutcome outcome, int bytes, long nanos) {
            told.add(operation + " " + outcome + " " + bytes + " " + nanos);
        }
    }

    private final Backend backend = new MeasuredBackend(memory, Facts.heardBy(new Listener()), time);

    private void isTold(String operation, String end) {
        assertThat(told).containsExactly("? " + operation, operation + " " + end);
        told.clear();
    }

    private static <T> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private Version created(String key, int bytes) {
        WriteResult result = done(backend.create(key, new byte[bytes], LIMIT));
        return ((WriteResult.Stored) result).version();
    }

    @Test
    void eachOperationIsToldWithItsOutcomeAndBytes() {
        Version first = created("k", 10);
        isTold("CREATE", "OK 10 0");
        done(backend.create("k", new byte[11], LIMIT));
        isTold("CREATE", "CONFLICT 11 0");
        done(backend.get("k", ReadMode.STRONG, LIMIT));
        isTold("GET", "OK 10 0");
        done(backend.get("no", ReadMode.STRONG, LIMIT));
        isTold("GET", "ABSENT 0 0");
        Version second = ((WriteResult.Stored) done(backend.replace("k", new byte[12], first, LIMIT))).version();
        isTold("REPLACE", "OK 12 0");
        done(backend.list(PageRequest.keys("k", 10), LIMIT));
        isTold("LIST", "OK 0 0");
        done(backend.delete("k", first, LIMIT));
        isTold("DELETE", "CONFLICT 0 0");
        done(backend.delete("k", second, LIMIT));
        isTold("DELETE", "OK 0 0");
    }

    @Test
    void failuresAreToldByWhatIsKnown() {
        memory.fault(Fault.REFUSED, key -> true);
        done(backend.create("k", new byte[1], LIMIT));
        isTold("CREATE", "REFUSED 1 0");
        memory.fault(Fault.LOST_REQUEST, key -> true);
        done(backend.create("k", new byte[1], LIMIT));
        isTold("CREATE", "UNKNOWN 1 0");
        memory.unreadable(new IllegalStateException("broken"));
        done(backend.get("k", ReadMode.STRONG, LIMIT));
        isTold("GET", "REFUSED 0 0");
    }

    @Test
    void aRequestThatTakesLongIsToldAtItsEnd() {
        memory.hold(key -> true);
        CompletableFuture<WriteResult> write =
                backend.create("k", new byte[3], LIMIT).toCompletableFuture();
        assertThat(told).containsExactly("? CREATE");
        time.standStill(Duration.ofMillis(4));
        memory.release();
        assertThat(write).isDone();
        isTold("CREATE", "OK 3 4000000");
    }

    /** It passes on what it gets: who asks knows what to make of it. */
    @Test
    void aStoreThatThrowsIsToldAsWellAndItsErrorPassedOn() {
        Backend throwing = (Backend) Proxy.newProxyInstance(
                Backend.class.getClassLoader(), new Class<?>[] {Backend.class}, (self, method, arguments) -> {
                    throw new IllegalStateException(method.getName());
                });
        Backend measured = new MeasuredBackend(throwing, Facts.heardBy(new Listener()), time);
        assertThatThrownBy(() -> measured.create("k", new byte[1], LIMIT)).hasMessage("create");
        isTold("CREATE", "UNKNOWN 1 0");
        assertThatThrownBy(() -> measured.get("k", ReadMode.STRONG, LIMIT)).hasMessage("get");
        isTold("GET", "REFUSED 0 0");
    }

    @Test
    void withoutHooksRequestsArePassedOn() {
        Backend plain = new MeasuredBackend(memory, Facts.onlyLogged(), time);
        done(plain.create("k", new byte[1], LIMIT));
        assertThat(done(plain.get("k", ReadMode.STRONG, LIMIT))).isNotNull();
        assertThat(told).isEmpty();
        assertThat(plain.name()).isEqualTo(memory.name());
    }
}
