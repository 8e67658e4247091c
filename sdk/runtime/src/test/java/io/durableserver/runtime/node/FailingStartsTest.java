package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.durableserver.DurableServerException;
import io.durableserver.Init;
import io.durableserver.ServerContext;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.StoredState;
import io.durableserver.Termination;
import io.durableserver.config.Limits;
import io.durableserver.runtime.node.Probe.State;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A server that cannot start is not tried all the time. */
final class FailingStartsTest extends ProbedNode {
    private final AtomicInteger attempts = new AtomicInteger();
    private volatile boolean broken;

    private final Probe.Script failsInInit = new Probe.Script() {
        @Override
        Init<State> init(State state, ServerContext context) throws Exception {
            attempts.incrementAndGet();
            if (broken) {
                throw new IOException("no");
            }
            return Init.ok(state);
        }
    };

    private final Probe.Script failsInLoad = new Probe.Script() {
        @Override
        State load(ServerType<State> type, StoredState stored) throws Exception {
            attempts.incrementAndGet();
            if (broken) {
                throw new IOException("no");
            }
            return stored.as(State.class);
        }
    };

    private void storm(Probe.Script failing) {
        restart(Limits.DEFAULT, failing);
        ServerType<State> type = Probe.type(failing);
        ServerRef ref = node.servers.ensureStarted(type, "k", new State(5));
        node.servers.admin().terminate("k", Termination.GRACEFUL);
        broken = true;
        attempts.set(0);
        long writes = node.backend.writes();
        Set<String> codes = new java.util.TreeSet<>();
        for (int i = 0; i < 300; i++) {
            codes.add(((DurableServerException) catchThrowable(() -> ref.call(GET))).code());
            codes.add(
                    ((DurableServerException) catchThrowable(() -> node.servers.ensureStarted(type, "k", new State(9))))
                            .code());
        }
        assertThat(codes).containsExactly("START_BACKOFF", IOException.class.getName());
        // 0, 0, 100, 300, 700, ... ms: so many fit into a minute, which is the test's own limit.
        assertThat(attempts.get()).isBetween(2, 20);
        assertThat(node.backend.writes() - writes).isLessThan(100);
        assertThat(node.servers.admin().info("k").orElseThrow().epoch()).isLessThan(30);
        broken = false;
        org.awaitility.Awaitility.await().until(() -> catchThrowable(() -> ref.call(GET)) == null);
        assertThat(ref.call(GET)).isEqualTo(5L);
    }

    @Test
    void initThatAlwaysThrowsIsTriedMoreAndMoreRarely() {
        storm(failsInInit);
    }

    @Test
    void loadThatAlwaysThrowsIsTriedMoreAndMoreRarely() {
        storm(failsInLoad);
    }

    @Test
    void startThatFailedOnceIsTriedAgainAtOnce() {
        broken = true;
        restart(Limits.DEFAULT, failsInInit);
        ServerType<State> type = Probe.type(failsInInit);
        assertThat(catchThrowable(() -> node.servers.start(type, "k", new State(1))))
                .isNotNull();
        broken = false;
        assertThat(node.servers.start(type, "k", new State(2)).call(GET)).isEqualTo(2L);
    }

    @Test
    void manyCallersOfAServerThatCannotStartAreAllToldSoon() throws Exception {
        broken = true;
        restart(Limits.DEFAULT, failsInInit);
        ServerType<State> type = Probe.type(failsInInit);
        CountDownLatch go = new CountDownLatch(1);
        List<Thread> callers = new ArrayList<>();
        AtomicInteger told = new AtomicInteger();
        for (int i = 0; i < 16; i++) {
            Thread caller = new Thread(() -> {
                assertThat(catchThrowable(go::await)).isNull();
                if (catchThrowable(() -> node.servers.start(type, "k", new State(1)))
                        instanceof DurableServerException) {
                    told.incrementAndGet();
                }
            });
            caller.start();
            callers.add(caller);
        }
        go.countDown();
        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(told).hasValue(16);
        assertThat(attempts.get()).isBetween(1, 12);
    }
}
