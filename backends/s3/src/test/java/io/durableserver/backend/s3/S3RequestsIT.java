package io.durableserver.backend.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.ServerRef;
import io.durableserver.Termination;
import io.durableserver.s3test.Operation;
import io.durableserver.s3test.S3TestServer;
import io.durableserver.s3test.SeenRequest;
import io.durableserver.testkit.TestCluster;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a server's life costs in requests, counted where they are paid for; the table in backends/README.md says the same. */
class S3RequestsIT {
    private final S3TestServer server =
            S3TestServer.builder().bucket("requests").start();
    private final List<SeenRequest> seen = new CopyOnWriteArrayList<>();
    private final TestCluster cluster = TestCluster.builder()
            .nodes(2)
            .types(Ticker.TYPE)
            .configure(config -> config.backend(
                    S3.backend(TestNode.on(server).bucket("requests").build())))
            .start();

    @BeforeEach
    void listen() {
        server.requests().onRequest(seen::add);
    }

    @AfterEach
    void close() {
        cluster.close();
        server.close();
    }

    private ServerRef start() {
        return cluster.servers(0).ensureStarted(Ticker.TYPE, "k", new Ticker.State(0));
    }

    /** Requests about the server's record since the last question, leases left out. */
    private List<Operation> paid() {
        List<Operation> operations = seen.stream()
                .filter(request -> request.key().endsWith("/k"))
                .map(SeenRequest::operation)
                .toList();
        seen.clear();
        return operations;
    }

    @Test
    void aNewServerIsOneReadAndOneWrite() {
        start();
        assertThat(paid()).containsExactly(Operation.GET, Operation.PUT);
    }

    @Test
    void aSyncIsOneWriteAndOneThatChangesNothingIsNone() {
        ServerRef ref = start();
        paid();
        ref.call(new Ticker.Add(1));
        assertThat(paid()).containsExactly(Operation.PUT);
        ref.call(new Ticker.Add(0));
        ref.call(new Ticker.Get());
        assertThat(paid()).isEmpty();
    }

    @Test
    void aStopIsOneWriteAndAStartOfAnExistingServerIsARevalidationAndAWrite() {
        start().call(new Ticker.Add(1));
        paid();
        cluster.servers(0).admin().terminate("k", Termination.GRACEFUL);
        assertThat(paid()).containsExactly(Operation.PUT);

        long bodies = server.requests().counts().notModified();
        start();
        assertThat(paid()).containsExactly(Operation.GET, Operation.PUT);
        assertThat(server.requests().counts().notModified()).isEqualTo(bodies + 1);
    }

    @Test
    void aStartOnAnotherNodeIsOneReadAndOneWrite() {
        ServerRef ref = start();
        ref.call(new Ticker.Add(1));
        int owner = cluster.servers(0)
                        .admin()
                        .lookup("k")
                        .orElseThrow()
                        .session()
                        .equals(cluster.servers(0).session())
                ? 0
                : 1;
        cluster.stop(owner);
        paid();
        assertThat((long) cluster.servers(1 - owner).ref(Ticker.TYPE, "k").call(new Ticker.Get()))
                .isEqualTo(1);
        assertThat(paid()).containsExactly(Operation.GET, Operation.PUT);
    }

    @Test
    void aDeleteIsTwoTombstonesOfWhichTheSecondIsRemoved() {
        start();
        paid();
        cluster.servers(0).admin().terminate("k", Termination.DELETE);
        Awaitility.await().until(() -> seen.stream().anyMatch(request -> request.operation() == Operation.DELETE));
        assertThat(paid()).containsExactly(Operation.PUT, Operation.PUT, Operation.DELETE);
    }

    @Test
    void anIdleClusterWritesItsLeasesAndAsksForNothing() {
        start();
        // What begins with a node comes to its end first: the look for leases of its past sessions.
        Awaitility.await().until(() -> {
            List<SeenRequest> now = List.copyOf(seen);
            return now.size() >= 8
                    && now.subList(now.size() - 8, now.size()).stream().allMatch(S3RequestsIT::isRenewal);
        });
        seen.clear();
        Awaitility.await().until(() -> seen.size() >= 16);
        assertThat(seen).allMatch(S3RequestsIT::isRenewal);
    }

    private static boolean isRenewal(SeenRequest request) {
        return request.operation() == Operation.PUT && request.key().contains("/__nodes/");
    }
}
