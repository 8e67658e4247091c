package io.durableserver.runtime.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.durableserver.Init;
import io.durableserver.Next;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.ServerContext;
import io.durableserver.ServerRef;
import io.durableserver.ServerStatus;
import io.durableserver.StopReason;
import io.durableserver.Termination;
import io.durableserver.admin.Repair;
import io.durableserver.config.Limits;
import io.durableserver.runtime.node.Probe.Ask;
import io.durableserver.runtime.node.Probe.State;
import io.durableserver.runtime.record.RecordFormat;
import io.durableserver.runtime.record.StoredRecord;
import io.durableserver.runtime.record.StoredRequests;
import io.durableserver.runtime.testing.LaterRelease;
import io.durableserver.spi.Session;
import io.durableserver.spi.Version;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** A record that a later release wrote, in a mixed cluster: what this one does not know of it stays, byte for byte. */
final class LaterRecordsTest extends StoredNode {
    private static final String ALARMS = "\"alarms\" : [ {\"at\":1.0, \"na\\u006de\":\"ä😀\"},{} ]";
    private static final String EMPTY = "\"\":{\"\":-0,\"big\":1e400}";
    private static final String ZONE = "\"zone\":[null,{\"deep\":[[]]}]";

    private byte[] bytes() {
        return backend.read("t/k").orElseThrow();
    }

    private StoredRecord stored() {
        return RecordFormat.decode("k", bytes());
    }

    /** A stopped server with the state 1, taken into the hands of a later release meanwhile. */
    private void later() {
        start();
        node.servers.admin().terminate("k", Termination.GRACEFUL);
        byte[] extended =
                LaterRelease.withInSession(LaterRelease.with(LaterRelease.with(bytes(), ALARMS), EMPTY), ZONE);
        backend.overwrite("t/k", extended);
    }

    /** The record has exactly the members that the later release put there, whoever wrote it meanwhile. */
    private void kept(ServerStatus status) {
        String text = new String(bytes(), UTF_8);
        assertThat(stored().status()).isEqualTo(status);
        assertThat(text).contains("\"," + ZONE + "},\"epoch\":").contains("," + ALARMS + "," + EMPTY + ",\"crc32c\":");
        assertThat(stored().extra().size()).isEqualTo((ALARMS + EMPTY + ZONE).getBytes(UTF_8).length + 3);
    }

    private static Ask set(long n) {
        return new Ask((state, self) -> Next.reply(n, new State(n)).sync());
    }

    @Test
    void membersOfALaterReleaseSurviveTakeOverSyncAndStop() {
        later();

        ServerRef ref = start();
        kept(ServerStatus.RUNNING);
        assertThat(stored().owner().incarnation()).isEqualTo(node.cluster.self().incarnation());
        assertThat(ref.<Object>call(set(7))).isEqualTo(7L);
        kept(ServerStatus.RUNNING);
        assertThat(new String(stored().state(), UTF_8)).isEqualTo("{\"n\":7}");
        assertThat(ref.<Object>call(new Ask((state, self) -> Next.reply(8L, new State(8))
                        .metadata(Map.of("room", "blue"))
                        .sync())))
                .isEqualTo(8L);
        kept(ServerStatus.RUNNING);
        node.servers.admin().terminate("k", Termination.GRACEFUL);
        kept(ServerStatus.STOPPED_GRACEFUL);
        assertThat(stored().metadata()).containsEntry("room", "blue");
    }

    @Test
    void theySurviveACrashAStopForGoodAndAnExplicitStart() {
        later();
        ServerRef ref = start();
        assertThat(catchThrowableOfType(
                        RuntimeException.class,
                        () -> ref.call(new Ask((state, self) -> {
                            throw new IllegalStateException("a crash");
                        }))))
                .isNotNull();
        kept(ServerStatus.CRASHED);

        assertThat(start().<Object>call(stop(StopReason.permanent()))).isEqualTo("bye");
        kept(ServerStatus.STOPPED_PERMANENT);
        start();
        kept(ServerStatus.RUNNING);
    }

    @Test
    void theySurviveAStartThatDeclinesAndOneThatFails() {
        later();
        AtomicBoolean fails = new AtomicBoolean();
        restart(
                new Probe.Script() {
                    @Override
                    Init<State> init(State state, ServerContext context) {
                        if (fails.get()) {
                            throw new IllegalStateException("no");
                        }
                        return Init.ignore();
                    }
                },
                1);

        assertThat(reason(this::start)).isEqualTo(Reason.IGNORED);
        kept(ServerStatus.STOPPED_GRACEFUL);
        fails.set(true);
        assertThat(catchThrowableOfType(RuntimeException.class, this::start)).isNotNull();
        kept(ServerStatus.CRASHED);
    }

    @Test
    void theySurviveAMigrationAndAnOwnerThatIsGone() {
        later();
        byte[] running = new String(bytes(), UTF_8)
                .replace("\"status\":\"stopped_graceful\"", "\"status\":\"running\"")
                .getBytes(UTF_8);
        StoredRecord torn = RecordFormat.decodeUnsealed("k", running);
        backend.overwrite("t/k", RecordFormat.encode(torn));

        restart(script, 2);
        start();

        kept(ServerStatus.RUNNING);
        assertThat(stored().epoch()).isEqualTo(torn.epoch() + 1);
    }

    @Test
    void aNewServerUnderTheKeyOfADeletedOneBeginsWithoutThem() {
        later();
        StoredRecord tombstone = stored();
        backend.overwrite(
                "t/k",
                RecordFormat.encode(new StoredRecord(
                        tombstone.type(),
                        1,
                        ServerStatus.DELETING,
                        tombstone.owner(),
                        9,
                        90,
                        0,
                        false,
                        Map.of(),
                        "json",
                        List.of(),
                        new byte[0],
                        StoredRequests.NONE,
                        tombstone.extra())));
        kept(ServerStatus.DELETING);

        start();

        assertThat(stored().epoch()).isEqualTo(10);
        assertThat(stored().extra().size()).isZero();
    }

    @Test
    void aRepairKeepsThem() {
        later();
        Repair why = Repair.because("OPS-8").evenIfHealthy();
        Version version = node.servers.admin().export("k").orElseThrow().version();
        node.servers.admin().replaceState(type, "k", version, new State(5), why);
        kept(ServerStatus.STOPPED_GRACEFUL);

        var export = node.servers.admin().export("k").orElseThrow();
        node.servers.admin().replace("k", export.version(), export.bytes(), why);
        kept(ServerStatus.STOPPED_GRACEFUL);
        assertThat(start().<Object>call(GET)).isEqualTo(5L);
    }

    @Test
    void theyCountAgainstTheBoundOfTheState() {
        later();
        node.close();
        node = LoneNode.start(Limits.builder().stateBytes(1_024).build(), backend, type);
        backend.overwrite("t/k", LaterRelease.with(bytes(), "\"much\":\"" + "x".repeat(1_000) + "\""));
        ServerRef ref = start();

        NotAppliedException refused = catchThrowableOfType(NotAppliedException.class, () -> ref.call(set(2)));

        assertThat(refused.reason()).isEqualTo(Reason.STATE_TOO_LARGE);
        assertThat(refused.context()).containsEntry("option", "limits.stateBytes");
    }

    @Test
    void aRecordThatNeedsWhatThisReleaseDoesNotKnowIsLeftAlone() {
        later();
        backend.overwrite("t/k", LaterRelease.with(bytes(), "\"needs\":[\"alarms\"]"));
        byte[] before = bytes();

        NotAppliedException refused = catchThrowableOfType(NotAppliedException.class, this::start);

        assertThat(refused.reason()).isEqualTo(Reason.RECORD_NEWER);
        assertThat(refused.context()).containsEntry("needs", "alarms").containsEntry("key", "k");
        assertThat(bytes()).isEqualTo(before);
    }

    @Test
    void anEntryOfALaterReleaseIsReplacedWhenItsSessionIsGone() {
        later();
        byte[] entry = HexFormat.of().parseHex("0105" + "70726f6265" + "0161" + "0162" + "07010000" + "0503aabbcc");
        assertThat(node.cluster.putIfAbsent("k", entry)).isCompleted();

        start();

        assertThat(node.servers
                        .scope()
                        .directory()
                        .get("k")
                        .toCompletableFuture()
                        .join()
                        .orElseThrow()
                        .session())
                .isEqualTo(new Session("n", node.cluster.self().incarnation()));
    }
}
