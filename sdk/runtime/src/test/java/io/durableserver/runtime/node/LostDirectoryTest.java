package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.CallOptions;
import io.durableserver.Next;
import io.durableserver.NotAppliedException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.ServerLocation;
import io.durableserver.ServerRef;
import io.durableserver.ServerStatus;
import io.durableserver.ServerType;
import io.durableserver.StartOptions;
import io.durableserver.Termination;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.runtime.node.Probe.Ask;
import io.durableserver.runtime.node.Probe.State;
import io.durableserver.runtime.record.RecordFormat;
import io.durableserver.runtime.record.StoredRecord;
import io.durableserver.runtime.routing.Failures;
import io.durableserver.runtime.testing.LoneCluster;
import io.durableserver.runtime.testing.ManualScheduler;
import io.durableserver.runtime.testing.MemoryBackend;
import io.durableserver.runtime.testing.UnexaminedCodec;
import io.durableserver.runtime.wire.Control;
import io.durableserver.runtime.wire.DirectoryEntry;
import io.durableserver.runtime.wire.Origin;
import io.durableserver.runtime.wire.Start;
import io.durableserver.runtime.wire.WireFormat;
import io.durableserver.spi.MapUnavailableException;
import io.durableserver.spi.Session;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The directory is a hint: without it the record says who owns a key, and it gets its entries back when it can. */
class LostDirectoryTest {
    private static final Session ME = new Session("me", "1");
    private static final Session PEER = new Session("peer", "2");
    private static final Duration A_WHILE = Duration.ofSeconds(10);
    private static final long HOUR = Duration.ofHours(1).toNanos();
    private static final ServerType<State> TYPE = Probe.type(new Probe.Script());

    private final ManualScheduler time = new ManualScheduler();
    private final LoneCluster cluster = new LoneCluster(ME);
    private final MemoryBackend backend = new MemoryBackend();
    private final DurableNode node = DurableNode.start(
            DurableServersConfig.builder()
                    .prefix("t/")
                    .backend(context -> backend)
                    .messageCodec(UnexaminedCodec.INSTANCE)
                    .type(TYPE)
                    .build(),
            cluster.with(time, time),
            type -> Optional.empty());

    @BeforeEach
    void ready() {
        time.run();
    }

    private <T> T now(CompletionStage<T> stage) {
        CompletableFuture<T> future = stage.toCompletableFuture();
        time.run();
        assertThat(future).as("ends without a wait").isDone();
        return future.join();
    }

    private <T> T soon(CompletionStage<T> stage) {
        time.advance(A_WHILE);
        return now(stage);
    }

    private CompletionStage<ServerRef> start(String key) {
        return node.ensureStartedAsync(TYPE, key, new State(1), StartOptions.DEFAULT);
    }

    private CompletionStage<Object> add(ServerRef ref) {
        return ref.callAsync(
                new Ask((state, self) -> Next.reply(state.n() + 1, new State(state.n() + 1))), CallOptions.DEFAULT);
    }

    private Optional<DirectoryEntry> entry(String key) {
        return cluster.localGet(key).map(WireFormat::decodeEntry);
    }

    private StoredRecord record(String key) {
        return RecordFormat.decode("k", backend.read("t/" + key).orElseThrow());
    }

    @Test
    void serversStartAnswerAndStopWhileTheDirectoryCannotAnswer() {
        cluster.loseMap();
        ServerRef ref = now(start("k"));
        assertThat(now(add(ref))).isEqualTo(2L);
        assertThat(now(start("k"))).as("again").isNotNull();
        assertThat(now(node.admin().lookupAsync("k")).map(ServerLocation::session))
                .contains(ME);
        assertThat(record("k").owner()).isEqualTo(ME);
        assertThat(now(node.admin().terminateAsync("k", Termination.GRACEFUL))).isTrue();
        assertThat(record("k").status()).isEqualTo(ServerStatus.STOPPED_GRACEFUL);
        assertThat(now(node.admin().lookupAsync("k"))).isEmpty();
        assertThat(now(add(ref))).as("revived").isEqualTo(3L);
    }

    @Test
    void aSilentDirectoryIsWaitedForOnlyAWhile() {
        cluster.mapSilent(true);
        CompletionStage<ServerRef> start = start("k");
        time.run();
        assertThat(start.toCompletableFuture()).isNotDone();
        ServerRef ref = soon(start);
        assertThat(now(add(ref))).isEqualTo(2L);
        assertThat(soon(node.admin().lookupAsync("k")).map(ServerLocation::session))
                .contains(ME);
        assertThat(soon(node.admin().terminateAsync("k", Termination.GRACEFUL))).isTrue();
    }

    @Test
    void runningServersAreShownAgainWhenTheDirectoryBeginsEmpty() {
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            keys.add("k" + i);
        }
        keys.forEach(key -> now(start(key)));
        cluster.loseMap();
        now(start("meanwhile"));
        cluster.resetMap();
        time.advance(A_WHILE);
        keys.add("meanwhile");
        assertThat(keys).allSatisfy(key -> {
            assertThat(entry(key).map(DirectoryEntry::phase)).contains(DirectoryEntry.Phase.RUNNING);
            assertThat(entry(key).map(DirectoryEntry::epoch)).contains(1L);
        });
    }

    @Test
    void aServerThatStoppedMeanwhileIsNotShownAgain() {
        now(start("k"));
        cluster.loseMap();
        now(node.admin().terminateAsync("k", Termination.GRACEFUL));
        cluster.resetMap();
        time.advance(A_WHILE);
        assertThat(entry("k")).isEmpty();
    }

    @Test
    void aServerThatCameAndWentMeanwhileIsNotShown() {
        cluster.loseMap();
        now(start("k"));
        now(node.admin().terminateAsync("k", Termination.GRACEFUL));
        cluster.resetMap();
        time.advance(A_WHILE);
        assertThat(entry("k")).isEmpty();
    }

    /** Its entry may be the very same: a key that was deleted begins with epoch 1 again. */
    @Test
    void aServerBeginsANewLifeOnlyWhenItsOldEntryIsSeenTo() {
        now(start("k"));
        cluster.mapSilent(true);
        CompletionStage<byte[]> end =
                ask(new Control.TerminateRequest("k", Termination.DELETE, Origin.NONE.until(HOUR)));
        time.run();
        assertThat(backend.read("t/k")).as("deleted").isEmpty();
        cluster.mapSilent(false);
        byte[] initial = "{\"n\":5}".getBytes(StandardCharsets.UTF_8);
        CompletionStage<byte[]> again = ask(new Control.ActivateRequest(
                new Start("k", "probe", new Start.Cause.First("json", 1, initial), Origin.NONE.until(HOUR))));
        time.run();
        assertThat(again.toCompletableFuture()).isNotDone();
        assertThat(WireFormat.decodeControl(soon(end))).isEqualTo(new Control.Terminated(true));
        assertThat(WireFormat.decodeControl(now(again))).isEqualTo(new Control.Started(ME, 1, false));
        assertThat(entry("k").map(DirectoryEntry::session)).contains(ME);
    }

    private CompletionStage<byte[]> ask(Control.Request request) {
        return cluster.ask(PEER, WireFormat.encode(request));
    }

    @Test
    void metadataOfTheMeantimeIsShown() {
        ServerRef ref = now(start("k"));
        cluster.loseMap();
        now(ref.callAsync(
                new Ask((state, self) -> Next.reply(0L, state).metadata(Map.of("colour", "red"))),
                CallOptions.DEFAULT));
        cluster.resetMap();
        time.advance(A_WHILE);
        assertThat(entry("k").map(DirectoryEntry::metadata)).contains(Map.of("colour", "red"));
    }

    /** As when another node looks for the server, and has not found yet who owns it. */
    @Test
    void aServerRunsAlthoughAnotherNodesEntryIsInItsPlaceAndGetsItAfterwards() {
        DirectoryEntry others = new DirectoryEntry("probe", PEER, 0, DirectoryEntry.Phase.STARTING, false, Map.of());
        cluster.loseMap();
        ServerRef ref = now(start("k"));
        cluster.sessions(ME, PEER);
        cluster.resetMap();
        now(cluster.putIfAbsent("k", WireFormat.encode(others)));
        time.advance(A_WHILE);
        assertThat(entry("k")).contains(others);
        assertThat(now(add(ref))).isEqualTo(2L);
        now(cluster.remove("k", WireFormat.encode(others)));
        time.advance(A_WHILE);
        assertThat(entry("k").map(DirectoryEntry::session)).contains(ME);
    }

    @Test
    void anEntryOfANodeThatIsGoneIsReplaced() {
        DirectoryEntry others = new DirectoryEntry("probe", PEER, 0, DirectoryEntry.Phase.STARTING, false, Map.of());
        cluster.loseMap();
        now(start("k"));
        cluster.resetMap();
        now(cluster.putIfAbsent("k", WireFormat.encode(others)));
        time.advance(A_WHILE);
        assertThat(entry("k").map(DirectoryEntry::session)).contains(ME);
    }

    private void peerOwns(String key) {
        backend.overwrite(
                "t/" + key,
                RecordFormat.encode(new StoredRecord(
                        "probe", 1, ServerStatus.RUNNING, PEER, 7, 1, 0, false, Map.of(), "json", new byte[] {'1'})));
        cluster.sessions(ME, PEER);
    }

    @Test
    void theOwnerByTheRecordIsFoundWithoutTheDirectory() {
        peerOwns("k");
        cluster.others((to, request) -> CompletableFuture.completedFuture(WireFormat.encode(
                new Control.Serving(WireFormat.decodeControl(request) instanceof Control.ServingRequest))));
        cluster.loseMap();
        ServerLocation place = now(node.admin().lookupAsync("k")).orElseThrow();
        assertThat(place.session()).isEqualTo(PEER);
        assertThat(place.epoch()).isEqualTo(7);
    }

    @Test
    void anOwnerThatDoesNotServeIsNoPlace() {
        peerOwns("k");
        cluster.others(
                (to, request) -> CompletableFuture.completedFuture(WireFormat.encode(new Control.Serving(false))));
        cluster.loseMap();
        assertThat(now(node.admin().lookupAsync("k"))).isEmpty();
    }

    @Test
    void anOwnerThatIsSilentIsToldAsNotReady() {
        peerOwns("k");
        cluster.others((to, request) -> CompletableFuture.failedFuture(
                new OutcomeUnknownException(OutcomeUnknownException.Reason.OWNER_LOST, "gone", Map.of())));
        cluster.loseMap();
        assertThat(failure(node.admin().lookupAsync("k")))
                .isInstanceOfSatisfying(NotAppliedException.class, refused -> {
                    assertThat(refused.reason()).isEqualTo(NotAppliedException.Reason.NOT_READY);
                    assertThat(refused).hasCauseInstanceOf(OutcomeUnknownException.class);
                });
    }

    @Test
    void aRecordThatCannotBeReadEitherIsTold() {
        cluster.loseMap();
        backend.readable(false);
        CompletionStage<Optional<ServerLocation>> lookup = node.admin().lookupAsync("k");
        time.advance(Duration.ofMinutes(1));
        assertThat(failure(lookup)).isInstanceOfSatisfying(NotAppliedException.class, refused -> {
            assertThat(refused.reason()).isEqualTo(NotAppliedException.Reason.STORAGE_UNAVAILABLE);
            assertThat(refused.context()).containsEntry("directory", "All copies are gone");
        });
    }

    private Throwable failure(CompletionStage<?> stage) {
        CompletableFuture<Throwable> failure = stage.handle((done, why) -> why).toCompletableFuture();
        Throwable why = now(failure);
        return why instanceof CompletionException wrapped && wrapped.getCause() != null ? wrapped.getCause() : why;
    }

    @Test
    void whatTheDirectoryRefusedBeforeItWasSentIsNotApplied() {
        MapUnavailableException lost = new MapUnavailableException("Failed to get primary node", null);
        assertThat(Failures.typed(new CompletionException(lost)))
                .isInstanceOfSatisfying(NotAppliedException.class, refused -> {
                    assertThat(refused.reason()).isEqualTo(NotAppliedException.Reason.NOT_READY);
                    assertThat(refused).hasCause(lost);
                });
    }
}
