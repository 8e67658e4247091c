package io.durableserver.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.durableserver.Call;
import io.durableserver.DurableServer;
import io.durableserver.Handlers;
import io.durableserver.Next;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.Termination;
import io.durableserver.admin.Repair;
import io.durableserver.spi.Version;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Repairs from a node that does not own the key. */
@Timeout(60)
final class AdminOfManyNodesTest {
    record State(int n) {}

    record Get() implements Call<Integer> {}

    static final class Simple extends DurableServer<State> {
        static final ServerType<State> TYPE = ServerType.of("simple", State.class, Simple::new);

        @Override
        protected void handlers(Handlers<State> on) {
            on.call(Get.class, (state, get) -> Next.reply(state.n(), state));
        }
    }

    private static final Repair WHY = Repair.because("a test").evenIfHealthy();

    @Test
    void aServerThatRunsOnAnyNodeIsStoppedFirst() {
        try (TestCluster cluster =
                TestCluster.builder().nodes(3).types(Simple.TYPE).start()) {
            ServerRef ref = cluster.servers(0).ensureStarted(Simple.TYPE, "k", new State(7));
            for (int node = 0; node < 3; node++) {
                int asked = node;
                Version version =
                        cluster.servers(asked).admin().export("k").orElseThrow().version();
                NotAppliedException refused = catchThrowableOfType(
                        NotAppliedException.class,
                        () -> cluster.servers(asked).admin().delete("k", version, WHY));
                assertThat(refused.reason()).isEqualTo(Reason.ALREADY_STARTED);
            }
            assertThat(ref.call(new Get())).isEqualTo(7);

            cluster.servers(1).admin().terminate("k", Termination.GRACEFUL);
            Version version =
                    cluster.servers(2).admin().export("k").orElseThrow().version();
            cluster.servers(2).admin().delete("k", version, WHY);
            assertThat(cluster.servers(0).admin().info("k")).isEmpty();
        }
    }

    /** The directory is a hint: the record names an owner, and only its lease proves that it is gone. */
    @Test
    void aRecordOfANodeThatCrashedIsChangedOnceItsOwnerIsCertainlyGone() {
        try (TestCluster cluster =
                TestCluster.builder().nodes(2).types(Simple.TYPE).start()) {
            cluster.servers(0).ensureStarted(Simple.TYPE, "k", new State(7));
            int owner = cluster.servers(0)
                            .admin()
                            .lookup("k")
                            .orElseThrow()
                            .session()
                            .equals(cluster.servers(0).session())
                    ? 0
                    : 1;
            int other = 1 - owner;
            cluster.crash(owner);

            Version version =
                    cluster.servers(other).admin().export("k").orElseThrow().version();
            cluster.servers(other).admin().replaceState(Simple.TYPE, "k", version, new State(8), WHY);

            assertThat(cluster.servers(other).ref(Simple.TYPE, "k").call(new Get()))
                    .isEqualTo(8);
        }
    }
}
