package io.durableserver.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.durableserver.Call;
import io.durableserver.DurableServer;
import io.durableserver.DurableServers;
import io.durableserver.Handlers;
import io.durableserver.Init;
import io.durableserver.Next;
import io.durableserver.NotAppliedException;
import io.durableserver.ServerContext;
import io.durableserver.ServerType;
import io.durableserver.StartOptions;
import io.durableserver.Termination;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rings that close in the {@code init} of a server on another node. */
@Timeout(60)
class ClusterRingTest {
    record State() {}

    /** Calls a server by key; starts it first when asked to. */
    record Reach(String key, boolean start) implements Call<String> {}

    /** The rings that were refused. */
    private static final List<String> RINGS = Collections.synchronizedList(new ArrayList<>());

    static final ServerType<State> TYPE = ServerType.of("ring", State.class, Server::new);

    private static final class Server extends DurableServer<State> {
        @Override
        protected Init<State> init(State state, ServerContext context) {
            if (context.key().startsWith("back-to-")) {
                String caller = context.key().substring("back-to-".length());
                NotAppliedException refused = catchThrowableOfType(
                        NotAppliedException.class,
                        () -> context.servers().ref(TYPE, caller).call(new Reach("", false)));
                RINGS.add(refused.reason() + " " + refused.context().get("ring"));
            }
            return Init.ok(state);
        }

        @Override
        protected void handlers(Handlers<State> on) {
            on.call(Reach.class, (state, reach) -> {
                if (reach.key().isEmpty()) {
                    return Next.reply("", state);
                }
                DurableServers servers = context().servers();
                if (reach.start()) {
                    servers.ensureStartedAsync(TYPE, reach.key(), new State(), StartOptions.DEFAULT)
                            .toCompletableFuture()
                            .join();
                }
                return Next.reply(servers.ref(TYPE, reach.key()).call(new Reach("", false)), state);
            });
        }
    }

    @Test
    void callerOnAnotherNodeIsInTheChainOfAStart() {
        List<String> expected = new ArrayList<>();
        RINGS.clear();
        try (TestCluster cluster = TestCluster.builder().nodes(3).types(TYPE).start()) {
            // Over all nodes and keys, so that the arbiter, the caller and the new server meet in every way.
            for (int i = 0; i < 30; i++) {
                String caller = "p" + i;
                DurableServers servers = cluster.servers(i % 3);
                servers.ensureStarted(TYPE, caller, new State()).call(new Reach("back-to-" + caller, true));
                expected.add("CALL_RING " + caller + " -> back-to-" + caller + " -> " + caller);
            }
            assertThat(RINGS).containsExactlyElementsOf(expected);
            RINGS.clear();
            for (int i = 0; i < 30; i++) {
                cluster.servers(0).admin().terminate("back-to-p" + i, Termination.GRACEFUL);
                cluster.servers((i + 1) % 3).ref(TYPE, "p" + i).call(new Reach("back-to-p" + i, false));
            }
            assertThat(RINGS).containsExactlyElementsOf(expected);
        }
    }
}
