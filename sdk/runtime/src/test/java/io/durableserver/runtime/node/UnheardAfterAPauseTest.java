package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.Cast;
import io.durableserver.DurableServer;
import io.durableserver.Handlers;
import io.durableserver.Next;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.StartOptions;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.runtime.testing.LoneCluster;
import io.durableserver.runtime.testing.ManualScheduler;
import io.durableserver.runtime.testing.MemoryBackend;
import io.durableserver.spi.Session;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Casts that came before a pause beyond the lease are told, the one whose turn it was as well; in virtual time. */
final class UnheardAfterAPauseTest {
    record State(int n) {}

    record Add() implements Cast {}

    private static final class Server extends DurableServer<State> {
        @Override
        protected void handlers(Handlers<State> on) {
            on.cast(Add.class, (state, add) -> Next.state(new State(state.n() + 1)));
        }
    }

    private static final ServerType<State> TYPE = ServerType.of("t", State.class, Server::new);

    private final ManualScheduler time = new ManualScheduler();
    private final MemoryBackend backend = new MemoryBackend();
    private final DurableNode node = DurableNode.start(
            DurableServersConfig.builder()
                    .prefix("t/")
                    .backend(context -> backend)
                    .type(TYPE)
                    .build(),
            new LoneCluster(new Session("me", "1")).with(time, time),
            type -> Optional.empty());
    private final PrintStream err = System.err;
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();

    @BeforeEach
    void readLog() {
        time.run();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void restoreLog() {
        System.setErr(err);
    }

    @Test
    void allOfThemAreCounted() {
        var started = node.ensureStartedAsync(TYPE, "k", new State(0), StartOptions.DEFAULT)
                .toCompletableFuture();
        time.run();
        ServerRef ref = started.join();
        for (int i = 0; i < 3; i++) {
            ref.cast(new Add());
        }
        time.standStill(Duration.ofSeconds(11));
        time.run();
        int told = log.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.contains("WARN") && line.contains("messages were dropped"))
                .mapToInt(line -> Integer.parseInt(line.replaceAll(".*Add=(\\d+).*", "$1")))
                .sum();
        assertThat(told).isEqualTo(3);
    }
}
