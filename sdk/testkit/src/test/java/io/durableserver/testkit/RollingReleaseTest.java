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
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nodes of two releases side by side, with two classes for the states of one type and version. */
@Timeout(60)
final class RollingReleaseTest {
    record Add(int n) implements Call<Integer> {}

    record Show() implements Call<String> {}

    record Old(int count) {}

    record Additive(int count, Optional<String> note) {}

    record Breaking(int count, String owner) {}

    static final class Counting<S> extends DurableServer<S> {
        private final BiFunction<S, Integer, S> add;
        private final Function<S, Integer> count;

        Counting(BiFunction<S, Integer, S> add, Function<S, Integer> count) {
            this.add = add;
            this.count = count;
        }

        @Override
        protected void handlers(Handlers<S> on) {
            on.call(Add.class, (state, message) -> {
                S next = add.apply(state, message.n());
                return Next.reply(count.apply(next), next).sync();
            });
            on.call(Show.class, (state, message) -> Next.reply(state.toString(), state));
        }
    }

    private static final ServerType<Old> OLD =
            ServerType.of("counting", Old.class, () -> new Counting<>((s, n) -> new Old(s.count() + n), Old::count));

    private static final ServerType<Additive> ADDITIVE = ServerType.of(
            "counting",
            Additive.class,
            () -> new Counting<>((s, n) -> new Additive(s.count() + n, s.note()), Additive::count));

    private static final ServerType<Breaking> BREAKING = ServerType.of(
            "counting",
            Breaking.class,
            () -> new Counting<>((s, n) -> new Breaking(s.count() + n, s.owner()), Breaking::count));

    private ServerType<?> next = OLD;
    private final TestCluster.Builder builder = TestCluster.builder().nodes(2).configure(config -> config.type(next));
    private TestCluster cluster = builder.start();

    @AfterEach
    void close() {
        cluster.close();
    }

    /** Node 1 gets the next release, node 0 keeps the old one. */
    private void deploy(ServerType<?> release) {
        next = release;
        cluster.restart(1);
    }

    private List<String> keys() {
        return java.util.stream.IntStream.range(0, 12).mapToObj(i -> "k" + i).toList();
    }

    @Test
    void aStateOnlyTheNewReleaseReadsFindsItsNode() {
        deploy(BREAKING);

        for (String key : keys()) {
            ServerRef ref = cluster.servers(1).ensureStarted(BREAKING, key, new Breaking(1, "me"));
            assertThat(ref.call(new Add(1))).isEqualTo(2);
            assertThat(cluster.servers(1)
                            .admin()
                            .lookup(key)
                            .orElseThrow()
                            .session()
                            .node())
                    .isEqualTo("node-1");
        }
        assertThat(cluster.servers(0).ref(OLD, "k3").call(new Add(1))).isEqualTo(3);
    }

    @Test
    void aStateNobodyReadsIsToldAsWhatItIs() {
        deploy(BREAKING);
        for (String key : keys()) {
            cluster.servers(1).ensureStarted(BREAKING, key, new Breaking(1, "me"));
        }
        cluster.stop(1);

        NotAppliedException refused = catchThrowableOfType(
                NotAppliedException.class,
                () -> cluster.servers(0).ref(OLD, "k3").call(new Show()));

        assertThat(refused).isNotNull();
        assertThat(refused.reason()).isEqualTo(Reason.STATE_MISMATCH);
        assertThat(refused.context()).containsEntry("path", "owner");
    }

    @Test
    void anAdditiveReleaseRollsAndRollsBackWithoutLoss() {
        for (String key : keys()) {
            cluster.servers(0).ensureStarted(OLD, key, new Old(1)).call(new Add(1));
        }
        deploy(ADDITIVE);
        for (String key : keys()) {
            assertThat(cluster.servers(1).ref(ADDITIVE, key).call(new Add(1))).isEqualTo(3);
            cluster.servers(1).ensureStarted(ADDITIVE, "new-" + key, new Additive(1, Optional.of("kept")));
        }
        // The old release takes over what the new one wrote, by a crash, and writes it again.
        cluster.crash(1);
        for (String key : keys()) {
            assertThat(cluster.servers(0).ref(OLD, key).call(new Add(1))).isEqualTo(4);
            assertThat(cluster.servers(0).ref(OLD, "new-" + key).call(new Add(1)))
                    .isEqualTo(2);
        }
        deploy(ADDITIVE);
        cluster.stop(0);
        for (String key : keys()) {
            assertThat(cluster.servers(1).ref(ADDITIVE, key).call(new Show()))
                    .isEqualTo("Additive[count=4, note=Optional.empty]");
            assertThat(cluster.servers(1).ref(ADDITIVE, "new-" + key).call(new Show()))
                    .isEqualTo("Additive[count=2, note=Optional[kept]]");
        }
    }
}
