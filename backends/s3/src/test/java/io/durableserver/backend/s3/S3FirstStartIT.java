package io.durableserver.backend.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.Call;
import io.durableserver.DurableServer;
import io.durableserver.Handlers;
import io.durableserver.Next;
import io.durableserver.NotAppliedException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.StartOptions;
import io.durableserver.s3test.S3TestServer;
import io.durableserver.testkit.TestCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A server that is started for the first time while the store refuses every connection. */
class S3FirstStartIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    /**
     * The owner answers a tenth of the time before the deadline. A machine that holds it up for longer makes the end
     * unknown, which is honest, so that such a start is asked for again.
     */
    private static final int TRIES = 5;

    record Count(long value) {}

    record Start(int node, String key) {}

    record Get() implements Call<Long> {}

    static final class Counter extends DurableServer<Count> {
        static final ServerType<Count> TYPE = ServerType.of("counter", Count.class, Counter::new);

        @Override
        protected void handlers(Handlers<Count> on) {
            on.call(Get.class, (state, get) -> Next.reply(state.value(), state));
        }
    }

    @Test
    void aFirstStartWhileConnectionsAreRefusedIsNotAppliedAndWorksLater() throws Exception {
        try (S3TestServer server = S3TestServer.builder().start();
                TestCluster cluster = TestCluster.builder()
                        .types(Counter.TYPE)
                        .configure(config ->
                                config.backend(S3.backend(TestNode.on(server).build())))
                        .start()) {
            server.goDown();
            List<Start> left = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                for (int node = 0; node < cluster.size(); node++) {
                    left.add(new Start(node, "k" + i));
                }
            }
            for (int tries = 0; tries < TRIES && !left.isEmpty(); tries++) {
                left = notHeardInTime(cluster, left);
            }
            assertThat(left).isEmpty();
            server.comeUp();
            Awaitility.await().until(() -> cluster.servers(0).isReady());
            assertThat(cluster.servers(0)
                            .ensureStarted(Counter.TYPE, "k0", new Count(7))
                            .call(new Get()))
                    .isEqualTo(7);
        }
    }

    private static List<Start> notHeardInTime(TestCluster cluster, List<Start> starts) throws Exception {
        List<CompletionStage<ServerRef>> asked = new ArrayList<>();
        for (Start start : starts) {
            asked.add(cluster.servers(start.node())
                    .ensureStartedAsync(
                            Counter.TYPE, start.key(), new Count(7), StartOptions.DEFAULT.withTimeout(TIMEOUT)));
        }
        List<Start> again = new ArrayList<>();
        for (int i = 0; i < starts.size(); i++) {
            Throwable end = asked.get(i)
                    .toCompletableFuture()
                    .handle((done, failure) -> failure instanceof CompletionException ? failure.getCause() : failure)
                    .get(60, TimeUnit.SECONDS);
            if (end instanceof OutcomeUnknownException unknown
                    && unknown.reason() == OutcomeUnknownException.Reason.DEADLINE) {
                again.add(starts.get(i));
            } else {
                assertThat(end).isInstanceOf(NotAppliedException.class);
            }
        }
        return again;
    }
}
