package io.durableserver.runtime.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.durableserver.Init;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.ServerContext;
import io.durableserver.ServerRef;
import io.durableserver.ServerStatus;
import io.durableserver.Termination;
import io.durableserver.runtime.node.Probe.State;
import io.durableserver.runtime.record.RecordFormat;
import io.durableserver.runtime.record.StoredRecord;
import io.durableserver.runtime.testing.MemoryBackend;
import io.durableserver.runtime.testing.MemoryBackend.Fault;
import io.durableserver.runtime.testing.Tells;
import io.durableserver.runtime.testing.Told;
import io.durableserver.runtime.wire.Control;
import io.durableserver.runtime.wire.Message;
import io.durableserver.runtime.wire.Origin;
import io.durableserver.runtime.wire.RequestTag;
import io.durableserver.runtime.wire.WireFormat;
import io.durableserver.spi.ErrorCode;
import io.durableserver.spi.NodeEvent;
import io.durableserver.spi.RuntimeEvent;
import io.durableserver.spi.ServerEvent;
import io.durableserver.spi.ServerEvent.StartCause;
import io.durableserver.spi.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is told of starts that do not come about, and of what goes wrong beneath a server. */
@Timeout(60)
final class ToldTroublesTest {
    private static final Session PEER = new Session("peer", "i");

    private final Told told = new Told();
    private final MemoryBackend backend = new MemoryBackend();
    private final List<LoneNode> nodes = new ArrayList<>();

    @AfterEach
    void close() {
        nodes.forEach(LoneNode::close);
    }

    private LoneNode node(Probe.Script script) {
        LoneNode node = LoneNode.start(told, backend, Probe.type(script));
        nodes.add(node);
        return node;
    }

    private static ServerRef start(LoneNode node, Probe.Script script) {
        return node.servers.ensureStarted(Probe.type(script), "k", new State(0));
    }

    private static final class FailingInit extends Probe.Script {
        private Runnable before = () -> {};

        @Override
        Init<State> init(State state, ServerContext context) {
            before.run();
            throw new IllegalStateException("boom");
        }
    }

    private static void tried(org.assertj.core.api.ThrowableAssert.ThrowingCallable act) {
        var unused = catchThrowable(act);
    }

    @Test
    @Tells({ServerEvent.StartBegun.class, ServerEvent.StartFailed.class, ServerEvent.StartRefused.class})
    void startThatFailsInUserCodeEndsWithItsErrorAndIsRefusedForAWhile() {
        FailingInit script = new FailingInit();
        LoneNode node = node(script);
        // The pause after each failure is longer than the one before, so that one of these comes within it.
        await().until(() -> {
            tried(() -> start(node, script));
            return told.all(ServerEvent.StartRefused.class).findAny().isPresent();
        });
        ServerEvent.StartFailed failed = told.first(ServerEvent.StartFailed.class);
        assertThat(failed.cause()).isEqualTo(StartCause.FIRST);
        assertThat(failed.code()).isSameAs(ErrorCode.HANDLER_FAILED);
        assertThat(failed.error()).hasMessageContaining("boom");
        assertThat(told.first(ServerEvent.StartRefused.class).code()).isSameAs(ErrorCode.of(Reason.START_BACKOFF));
        assertThat(told.all(ServerEvent.StartBegun.class))
                .hasSameSizeAs(told.all(ServerEvent.StartFailed.class).toList());
    }

    @Test
    @Tells(ServerEvent.StartGivenUp.class)
    void startWithoutARecordIsGivenUpAndSaysWhy() {
        Probe.Script script = new Probe.Script();
        LoneNode node = node(script);
        tried(() -> node.servers.ref(Probe.type(script), "k").call(ProbedNode.GET));
        assertThat(told.first(ServerEvent.StartGivenUp.class).code()).isSameAs(ErrorCode.of(Reason.NOT_FOUND));
        assertThat(told.first(ServerEvent.StartGivenUp.class).cause()).isEqualTo(StartCause.REVIVE);
    }

    @Test
    @Tells(ServerEvent.StartedElsewhere.class)
    void startOfAServerThatAnotherNodeServesEndsThere() {
        Probe.Script script = new Probe.Script();
        LoneNode node = node(script);
        start(node, script);
        StoredRecord mine = RecordFormat.decode("t/k", backend.read("t/k").orElseThrow());
        node.servers.admin().terminate("k", Termination.GRACEFUL);
        backend.overwrite(
                "t/k",
                RecordFormat.encode(new StoredRecord(
                        mine.type(),
                        mine.schemaVersion(),
                        ServerStatus.RUNNING,
                        PEER,
                        mine.epoch() + 1,
                        mine.writes() + 1,
                        0,
                        false,
                        Map.of(),
                        mine.codec(),
                        mine.optional(),
                        mine.state())));
        node.cluster.sessions(node.cluster.self(), PEER);
        node.cluster.others(
                (to, request) -> CompletableFuture.completedFuture(WireFormat.encode(new Control.Serving(true))));
        var unused = node.servers.ref(Probe.type(script), "k").callAsync(ProbedNode.GET);
        assertThat(told.first(ServerEvent.StartedElsewhere.class).owner()).isEqualTo(PEER);
    }

    @Test
    @Tells(ServerEvent.RecordRefused.class)
    void recordThatIsNoneIsToldOnceAMinuteHoweverOftenItIsWanted() {
        Probe.Script script = new Probe.Script();
        LoneNode node = node(script);
        backend.overwrite("t/k", "garbage".getBytes(UTF_8));
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> node.servers.ref(Probe.type(script), "k").call(ProbedNode.GET))
                    .isInstanceOf(NotAppliedException.class);
        }
        ServerEvent.RecordRefused refused = told.first(ServerEvent.RecordRefused.class);
        assertThat(refused.severity()).isEqualTo(RuntimeEvent.Severity.ERROR);
        assertThat(refused.code().name()).startsWith("RECORD_");
        await().until(() -> told.all(ServerEvent.StartGivenUp.class).count() == 3);
        assertThat(told.all(ServerEvent.RecordRefused.class)).hasSize(1);
        assertThat(told.all(ServerEvent.StartGivenUp.class)).allMatch(one -> one.code() == refused.code());
    }

    @Test
    @Tells(ServerEvent.ClaimLeft.class)
    void claimThatCannotBePutBackIsTold() {
        FailingInit script = new FailingInit();
        script.before = () -> backend.fault(Fault.REFUSED_FOR_GOOD, key -> key.equals("t/k"));
        LoneNode node = node(script);
        tried(() -> start(node, script));
        told.first(ServerEvent.StartFailed.class);
        assertThat(told.kinds()).contains(ServerEvent.ClaimLeft.class);
        backend.fault(Fault.NONE, key -> false);
    }

    @Test
    @Tells(ServerEvent.SyncUnknown.class)
    void writeOfWhichNobodyCanTellWhetherItHappenedIsTold() {
        Probe.Script script = new Probe.Script();
        LoneNode node = node(script);
        ServerRef ref = start(node, script);
        backend.readable(false);
        backend.fault(Fault.LOST_REQUEST, key -> key.equals("t/k"));
        assertThatThrownBy(() -> ref.call(ProbedNode.setSynced(1))).isInstanceOf(OutcomeUnknownException.class);
        assertThat(told.first(ServerEvent.SyncUnknown.class).code())
                .isSameAs(ErrorCode.of(OutcomeUnknownException.Reason.AMBIGUOUS_WRITE));
        backend.readable(true);
        backend.fault(Fault.NONE, key -> false);
    }

    @Test
    @Tells(ServerEvent.EntryLeft.class)
    void entryThatTheDirectoryDoesNotRemoveIsTold() {
        Probe.Script script = new Probe.Script();
        LoneNode node = node(script);
        start(node, script);
        node.cluster.loseMap();
        node.servers.admin().terminate("k", Termination.GRACEFUL);
        told.first(ServerEvent.EntryLeft.class);
        node.cluster.resetMap();
    }

    @Test
    @Tells(NodeEvent.ReplyDropped.class)
    void replyThatFindsNoRoomOnItsWayIsTold() {
        Probe.Script script = new Probe.Script();
        LoneNode node = node(script);
        start(node, script);
        node.cluster.queueFull(true);
        node.cluster.receive(
                PEER,
                WireFormat.encode(new Message.CallMessage(
                        7,
                        "k",
                        Probe.type(script).name(),
                        "no such message",
                        new byte[0],
                        new Origin(List.of(), 5_000_000_000L, RequestTag.NONE, Map.of()))));
        assertThat(told.first(NodeEvent.ReplyDropped.class).to()).isEqualTo(PEER);
        node.cluster.queueFull(false);
    }

    @Test
    @Tells(ServerEvent.CastDropped.class)
    void namesThatOnlyAnotherNodeKnowsAreNotPassedOn() {
        LoneNode node = node(new Probe.Script());
        node.cluster.receive(
                PEER,
                WireFormat.encode(new Message.CastMessage("k", "their type", "their message", new byte[0], Map.of())));
        ServerEvent.CastDropped dropped = told.first(ServerEvent.CastDropped.class);
        assertThat(dropped.type()).isEqualTo(ServerEvent.UNKNOWN);
        assertThat(dropped.message()).isEqualTo(ServerEvent.UNKNOWN);
    }
}
