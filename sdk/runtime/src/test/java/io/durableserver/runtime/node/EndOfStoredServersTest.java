package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.durableserver.Init;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.ServerContext;
import io.durableserver.ServerInfo;
import io.durableserver.ServerStatus;
import io.durableserver.ServerType;
import io.durableserver.StartOptions;
import io.durableserver.StoredState;
import io.durableserver.Termination;
import io.durableserver.admin.Admin;
import io.durableserver.runtime.node.Probe.State;
import io.durableserver.runtime.record.RecordFormat;
import io.durableserver.runtime.record.StoredRecord;
import io.durableserver.runtime.testing.MemoryBackend;
import io.durableserver.runtime.testing.Tries;
import io.durableserver.spi.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A server that does not run is ended in the store: its record is claimed, and no user code runs. */
@Timeout(60)
final class EndOfStoredServersTest {
    private static final Session GONE = new Session("gone", "9");
    private static final byte[] STATE = {'{', '"', 'n', '"', ':', '5', '}'};

    /** What user code would do if it ran. */
    enum Code {
        HAS_SIDE_EFFECTS,
        THROWS,
        BLOCKS
    }

    private final List<String> ran = new ArrayList<>();
    private final MemoryBackend backend = new MemoryBackend();
    private LoneNode node = LoneNode.start(backend, type(Code.HAS_SIDE_EFFECTS));

    @AfterEach
    void close() {
        node.close();
    }

    private ServerType<State> type(Code code) {
        return Probe.type(new Probe.Script() {
            @Override
            Init<State> init(State state, ServerContext context) throws Exception {
                run("init");
                return Init.ok(state);
            }

            @Override
            State load(ServerType<State> type, StoredState stored) throws Exception {
                run("load");
                return stored.as(State.class);
            }

            private void run(String what) throws Exception {
                synchronized (ran) {
                    ran.add(what);
                }
                if (code == Code.THROWS) {
                    throw new IllegalStateException("boom");
                }
                if (code == Code.BLOCKS) {
                    new CompletableFuture<Void>().get(1, TimeUnit.HOURS);
                }
            }
        });
    }

    private Admin admin() {
        return node.servers.admin();
    }

    private void stored(ServerStatus status, Session owner) {
        stored("probe", status, owner);
    }

    private void stored(String type, ServerStatus status, Session owner) {
        backend.overwrite(
                "t/k",
                RecordFormat.encode(
                        new StoredRecord(type, 1, status, owner, 7, 70, 0, true, Map.of("a", "b"), "json", STATE)));
    }

    private void restart(Code code) {
        node.close();
        node = LoneNode.start(backend, type(code));
    }

    @ParameterizedTest
    @EnumSource(Code.class)
    void noUserCodeRunsForADelete(Code code) {
        restart(code);
        stored(ServerStatus.STOPPED_GRACEFUL, GONE);
        assertThat(admin().terminate("k", Termination.DELETE)).isTrue();
        assertThat(backend.read("t/k")).isEmpty();
        assertThat(admin().terminate("k", Termination.DELETE)).isFalse();
        assertThat(ran).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Code.class)
    void noUserCodeRunsForAStopForGood(Code code) {
        restart(code);
        stored(ServerStatus.CRASHED, GONE);
        assertThat(admin().terminate("k", Termination.PERMANENT)).isTrue();
        ServerInfo info = admin().info("k").orElseThrow();
        assertThat(info.status()).isEqualTo(ServerStatus.STOPPED_PERMANENT);
        assertThat(info.epoch()).isEqualTo(8);
        assertThat(info.writes()).isEqualTo(71);
        assertThat(info.owner()).isEqualTo(node.servers.session());
        assertThat(info.metadata()).isEqualTo(Map.of("a", "b"));
        assertThat(RecordFormat.decode("k", backend.read("t/k").orElseThrow()).state())
                .isEqualTo(STATE);
        assertThat(admin().terminate("k", Termination.PERMANENT)).isFalse();
        assertThat(ran).isEmpty();
    }

    @Test
    void aServerStoppedForGoodComesBackByAnExplicitStartOnly() {
        stored(ServerStatus.STOPPED_GRACEFUL, GONE);
        admin().terminate("k", Termination.PERMANENT);
        var ref = node.servers.ref(type(Code.HAS_SIDE_EFFECTS), "k");
        assertThat(catchThrowableOfType(NotAppliedException.class, () -> ref.call(ProbedNode.GET))
                        .reason())
                .isEqualTo(Reason.NOT_RUNNING);
        node.servers.start(type(Code.HAS_SIDE_EFFECTS), "k", new State(0), StartOptions.DEFAULT.existingOnly(true));
        assertThat(ref.call(ProbedNode.GET)).isEqualTo(5L);
    }

    @Test
    void aServerDeletedInTheStoreBeginsAnew() {
        stored(ServerStatus.STOPPED_GRACEFUL, GONE);
        assertThat(admin().terminate("k", Termination.DELETE)).isTrue();
        var ref = node.servers.start(type(Code.HAS_SIDE_EFFECTS), "k", new State(1));
        assertThat(ref.call(ProbedNode.GET)).isEqualTo(1L);
    }

    @Test
    void aServerWhoseTypeThisNodeDoesNotHaveIsDeletedToo() {
        stored("unheard-of", ServerStatus.STOPPED_GRACEFUL, GONE);
        assertThat(admin().terminate("k", Termination.DELETE)).isTrue();
        assertThat(backend.read("t/k")).isEmpty();
    }

    @Test
    void anOwnerThatIsProvablyGoneIsNotWaitedFor() {
        node.cluster.provablyGone(true);
        stored(ServerStatus.RUNNING, GONE);
        assertThat(admin().terminate("k", Termination.DELETE)).isTrue();
        assertThat(backend.read("t/k")).isEmpty();
    }

    @Test
    void aCordonedServerStays() {
        stored(ServerStatus.CORDONED, GONE);
        assertThat(catchThrowableOfType(NotAppliedException.class, () -> admin().terminate("k", Termination.DELETE))
                        .reason())
                .isEqualTo(Reason.CORDONED);
        assertThat(backend.read("t/k")).isPresent();
    }

    @Test
    void gracefullyThereIsNothingToStop() {
        stored(ServerStatus.STOPPED_GRACEFUL, GONE);
        assertThat(admin().terminate("k", Termination.GRACEFUL)).isFalse();
        assertThat(admin().info("k").orElseThrow().writes()).isEqualTo(70);
    }

    @Test
    void aDeleteAndStartsOfOneKeyLeaveOneServerOrNone() throws Exception {
        ServerType<State> type = type(Code.HAS_SIDE_EFFECTS);
        int rounds = 20 * Tries.EFFORT;
        for (int i = 0; i < rounds; i++) {
            stored(ServerStatus.STOPPED_GRACEFUL, GONE);
            CompletableFuture<Boolean> delete =
                    admin().terminateAsync("k", Termination.DELETE).toCompletableFuture();
            CompletableFuture<?> start = node.servers
                    .ensureStartedAsync(type, "k", new State(1), StartOptions.DEFAULT)
                    .toCompletableFuture();
            CompletableFuture<Boolean> again =
                    admin().terminateAsync("k", Termination.DELETE).toCompletableFuture();
            CompletableFuture.allOf(start.handle((ref, failure) -> 0), delete, again)
                    .get(20, TimeUnit.SECONDS);
            assertThat(delete.join() || again.join()).isTrue();
            boolean runs = node.servers.admin().lookup("k").isPresent();
            assertThat(backend.read("t/k").isPresent()).as("stored, round " + i).isEqualTo(runs);
            if (runs) {
                assertThat(node.servers.ref(type, "k").call(ProbedNode.GET)).isIn(1L, 5L);
                assertThat(admin().terminate("k", Termination.DELETE)).isTrue();
            }
        }
    }
}
