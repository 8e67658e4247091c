package io.durableserver.backend.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.Call;
import io.durableserver.DurableServer;
import io.durableserver.Handlers;
import io.durableserver.Next;
import io.durableserver.NotAppliedException;
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
    /** The owner answers half a second before it: on a busy machine a tenth of a second is not enough to be heard. */
    private static final Duration TIMEOUT = Duration.ofSeconds(6);

    record Count(long value) {}

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
            List<CompletionStage<?>> starts = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                for (int node = 0; node < cluster.size(); node++) {
                    starts.add(cluster.servers(node)
                            .ensureStartedAsync(
                                    Counter.TYPE, "k" + i, new Count(7), StartOptions.DEFAULT.withTimeout(TIMEOUT)));
                }
            }
            for (CompletionStage<?> start : starts) {
                Throwable end = start.toCompletableFuture()
                        .handle((done, failure) ->
                                failure instanceof CompletionException ? failure.getCause() : failure)
                        .get(60, TimeUnit.SECONDS);
                assertThat(end).isInstanceOf(NotAppliedException.class);
            }
            server.comeUp();
            Awaitility.await().until(() -> cluster.servers(0).isReady());
            assertThat(cluster.servers(0)
                            .ensureStarted(Counter.TYPE, "k0", new Count(7))
                            .call(new Get()))
                    .isEqualTo(7);
        }
    }
}
