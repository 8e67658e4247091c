package io.durableserver.runtime.persistence;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.DurableServer;
import io.durableserver.DurableServerException;
import io.durableserver.Handlers;
import io.durableserver.NotAppliedException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.ServerStatus;
import io.durableserver.ServerType;
import io.durableserver.SyncInfo;
import io.durableserver.SyncPolicy;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.config.LeaseConfig;
import io.durableserver.runtime.codec.JsonCodec;
import io.durableserver.runtime.events.Facts;
import io.durableserver.runtime.ownership.ConditionalWrite.Outcome;
import io.durableserver.runtime.ownership.LeaseClock;
import io.durableserver.runtime.ownership.Store;
import io.durableserver.runtime.ownership.StoreKeys;
import io.durableserver.runtime.record.RecordFormat;
import io.durableserver.runtime.record.StoredRecord;
import io.durableserver.runtime.server.NodeScope;
import io.durableserver.runtime.server.ServerState;
import io.durableserver.runtime.sync.BackgroundSync;
import io.durableserver.runtime.sync.Demand;
import io.durableserver.runtime.sync.Output;
import io.durableserver.runtime.testing.ManualScheduler;
import io.durableserver.runtime.testing.MemoryBackend;
import io.durableserver.runtime.turn.TypeRegistry;
import io.durableserver.spi.Session;
import io.durableserver.spi.Version;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The record of one server in step with its state, apart from everything that runs the server. */
final class RecordKeeperTest implements RecordKeeper.Listener<RecordKeeperTest.State> {
    record State(long n, String text) {}

    static final class Server extends DurableServer<State> {
        @Override
        protected void handlers(Handlers<State> on) {}

        @Override
        protected Object dump(State state) {
            if (state.text().equals("bad")) {
                throw new IllegalStateException("no dump");
            }
            return state;
        }

        @Override
        protected State onSync(SyncInfo info, State stored, State current) {
            return current;
        }
    }

    private static final ServerType<State> TYPE =
            ServerType.of("kept", State.class, Server::new).syncPolicy(SyncPolicy.manual(Duration.ofSeconds(5)));
    private static final Session SELF = new Session("n", "1");

    private final ManualScheduler time = new ManualScheduler();
    private final MemoryBackend backend = new MemoryBackend();
    private final Facts facts = Facts.onlyLogged();
    private final BackgroundSync background = new BackgroundSync(time, time, facts);
    private final Store store = new Store(backend, time, Duration.ofSeconds(1), Duration.ofSeconds(1), facts);
    private final List<String> told = new ArrayList<>();
    private final TypeRegistry types =
            new TypeRegistry(List.of(TYPE), JsonCodec.INSTANCE, JsonCodec.INSTANCE, 1_000, null);
    private final ServerState<State> server = new ServerState<>(node(), types, types.get(TYPE), "k");
    private RecordKeeper<State> keeper = new RecordKeeper<>(server, this);

    private NodeScope node() {
        DurableServersConfig config = DurableServersConfig.builder()
                .prefix("t/")
                .type(TYPE)
                .backend(context -> backend)
                .build();
        Map<String, Object> parts = Map.of(
                "config", config,
                "session", SELF,
                "scheduler", time,
                "time", time,
                "lease", new LeaseClock(LeaseConfig.builder().build()),
                "store", store,
                "keys", new StoreKeys("t/"),
                "background", background,
                "facts", facts);
        return (NodeScope) Proxy.newProxyInstance(
                NodeScope.class.getClassLoader(), new Class<?>[] {NodeScope.class}, (proxy, method, arguments) -> {
                    Object part = parts.get(method.getName());
                    if (part == null) {
                        throw new AssertionError("The keeper asks for " + method.getName());
                    }
                    return part;
                });
    }

    @Override
    public void signal(Runnable task) {
        time.internal().execute(task);
    }

    @Override
    public void stored(@Nullable SyncInfo observed, State dumped) {
        told.add("stored " + dumped.n() + (observed == null ? "" : " observed " + observed.write()));
    }

    @Override
    public void failed(Outcome outcome, boolean awaited) {
        told.add("failed " + outcome.getClass().getSimpleName() + (awaited ? " awaited" : ""));
    }

    @Override
    public void unstorable(DurableServerException error) {
        told.add("unstorable " + error.getClass().getSimpleName());
    }

    @Override
    public void writeFailed(Throwable defect) {
        throw new AssertionError(defect);
    }

    @Override
    public void syncDue() {
        told.add("due");
    }

    @BeforeEach
    void claim() {
        claimed(JsonCodec.INSTANCE.name(), 1, new State(0, "a"));
        server.code = server.type.newInstance("k");
        server.steps.claims();
        server.steps.started();
    }

    private void claimed(String codec, long writes, State state) {
        StoredRecord record = new StoredRecord(
                TYPE.name(),
                TYPE.version(),
                ServerStatus.RUNNING,
                SELF,
                7,
                writes,
                0,
                false,
                Map.of(),
                codec,
                List.of(),
                JsonCodec.INSTANCE.encode(state, State.class));
        Version version = backend.overwrite("t/k", RecordFormat.encode(record));
        keeper = new RecordKeeper<>(server, this);
        keeper.claimed(record, version);
        server.state = state;
    }

    /** A turn ends with this state. Returns what happened to its reply. */
    private List<String> turn(State next, Demand demand) {
        List<String> reply = new ArrayList<>();
        boolean changed = !next.equals(server.state());
        server.state = next;
        long gate = server.durability.turnDone(changed, demand);
        server.durability.leave(gate, new Output() {
            @Override
            public void emit() {
                reply.add("sent");
            }

            @Override
            public void fail(DurableServerException error) {
                reply.add(error.getClass().getSimpleName());
            }
        });
        keeper.beginIfWanted();
        return reply;
    }

    private StoredRecord record() {
        return RecordFormat.decode("k", backend.read("t/k").orElseThrow());
    }

    private State state() {
        return (State) Objects.requireNonNull(JsonCodec.INSTANCE.decode(record().state(), State.class));
    }

    @Test
    void strictTurnLeavesWhenItsStateIsStored() {
        backend.hold("t/k"::equals);
        List<String> reply = turn(new State(1, "b"), Demand.STRICT);
        assertThat(reply).isEmpty();
        backend.release();
        assertThat(reply).containsExactly("sent");
        assertThat(state()).isEqualTo(new State(1, "b"));
        assertThat(record().writes()).isEqualTo(2);
        assertThat(record().epoch()).isEqualTo(7);
        assertThat(told).containsExactly("stored 1 observed 2");
    }

    @Test
    void oneWriteAtATimeAndTheNextCoversAllTurnsSinceItBegan() {
        backend.hold("t/k"::equals);
        List<String> first = turn(new State(1, "b"), Demand.STRICT);
        List<String> second = turn(new State(2, "c"), Demand.STRICT);
        List<String> third = turn(new State(3, "d"), Demand.STRICT);
        assertThat(backend.held()).isEqualTo(1);
        backend.release();
        assertThat(first).containsExactly("sent");
        assertThat(second).isEmpty();
        keeper.beginIfWanted();
        assertThat(second).containsExactly("sent");
        assertThat(third).containsExactly("sent");
        assertThat(state()).isEqualTo(new State(3, "d"));
        assertThat(record().writes()).isEqualTo(3);
    }

    @Test
    void stateThatIsAsStoredIsNotWrittenUnlessThatIsForced() {
        turn(new State(1, "b"), Demand.STRICT);
        int writes = backend.writes();
        server.state = new State(1, "b");
        server.durability.turnDone(true, Demand.STRICT);
        keeper.beginIfWanted();
        assertThat(backend.writes()).isEqualTo(writes);
        assertThat(server.durability.isDirty()).isFalse();
        assertThat(turn(new State(1, "b"), Demand.FORCED)).containsExactly("sent");
        assertThat(backend.writes()).isEqualTo(writes + 1);
        assertThat(told).containsExactly("stored 1 observed 2", "stored 1");
    }

    @Test
    void recordOfAnotherCodecIsWrittenThoughItsStateIsTheSame() {
        claimed("another", 1, new State(0, "a"));
        assertThat(keeper.isOfAnotherCodec()).isTrue();
        server.durability.turnDone(true, Demand.STRICT);
        keeper.beginIfWanted();
        assertThat(record().codec()).isEqualTo(JsonCodec.INSTANCE.name());
    }

    @Test
    void headerIsWrittenThoughTheStateIsTheSame() {
        assertThat(keeper.header(true, Map.of("a", "b"))).isTrue();
        assertThat(keeper.header(true, Map.of("a", "b"))).isFalse();
        turn(server.state(), Demand.STRICT);
        assertThat(record().permanent()).isFalse();
        server.durability.turnDone(true, Demand.STRICT);
        keeper.beginIfWanted();
        assertThat(record().permanent()).isTrue();
        assertThat(record().metadata()).isEqualTo(Map.of("a", "b"));
        assertThatThrownBy(() -> keeper.header(true, Map.of("a", "x".repeat(5_000))))
                .hasMessageContaining("metadata of k");
        assertThat(keeper.metadata()).isEqualTo(Map.of("a", "b"));
    }

    @Test
    void recordThatChangedSinceIsNotWrittenOver() {
        byte[] theirs = backend.read("t/k").orElseThrow();
        backend.overwrite("t/k", theirs);
        List<String> reply = turn(new State(1, "b"), Demand.STRICT);
        time.run();
        assertThat(reply).containsExactly(NotAppliedException.class.getSimpleName());
        assertThat(told).containsExactly("failed Conflict awaited");
        assertThat(backend.read("t/k")).contains(theirs);
        assertThat(server.durability.isInFlight()).isFalse();
    }

    @Test
    void writeWithoutAnAnswerIsToldAsUnknownAndTheStateStaysDirty() {
        backend.fault(MemoryBackend.Fault.LOST_RESPONSE, "t/k"::equals);
        backend.readable(false);
        List<String> reply = turn(new State(1, "b"), Demand.STRICT);
        time.advance(Duration.ofSeconds(2));
        assertThat(reply).containsExactly(OutcomeUnknownException.class.getSimpleName());
        assertThat(told).containsExactly("failed Unknown awaited");
        assertThat(server.durability.isDirty()).isTrue();
    }

    @Test
    void stateThatCannotBeDumpedIsFoundBeforeItsTurnCounts() {
        assertThat(keeper.dump.prepare(new State(1, "bad"))).isNotNull();
        assertThat(keeper.dump.prepare(new State(1, "x".repeat(2_000)))).isInstanceOf(NotAppliedException.class);
        assertThat(keeper.dump.prepare(new State(1, "b"))).isNull();
        List<String> reply = turn(new State(1, "bad"), Demand.STRICT);
        assertThat(told).containsExactly("unstorable HandlerFailedException");
        assertThat(reply).isEmpty();
        assertThat(server.durability.isInFlight()).isFalse();
        assertThat(state()).isEqualTo(new State(0, "a"));
    }

    @Test
    void bytesThatWerePreparedAreThoseOfThatStateOnly() {
        State next = new State(1, "b");
        assertThat(keeper.dump.prepare(next)).isNull();
        turn(new State(2, "c"), Demand.STRICT);
        assertThat(state()).isEqualTo(new State(2, "c"));
    }

    @Test
    void membersOfALaterReleaseAreKept() {
        String stored = new String(backend.read("t/k").orElseThrow(), UTF_8);
        String body = stored.substring(0, stored.indexOf(",\"crc32c\"")) + ",\"later\":{\"of\":[1,\"two\"]}";
        CRC32C checksum = new CRC32C();
        checksum.update(body.getBytes(UTF_8));
        byte[] later =
                "%s,\"crc32c\":\"%08x\"}".formatted(body, checksum.getValue()).getBytes(UTF_8);
        keeper.claimed(RecordFormat.decode("k", later), backend.overwrite("t/k", later));
        turn(new State(1, "b"), Demand.STRICT);
        assertThat(new String(backend.read("t/k").orElseThrow(), UTF_8)).contains("\"later\":{\"of\":[1,\"two\"]}");
    }

    @Test
    void countOfWritesThatIsAtItsEndRefusesAndLeavesNothingInFlight() {
        claimed(JsonCodec.INSTANCE.name(), Long.MAX_VALUE, new State(0, "a"));
        server.state = new State(1, "b");
        server.durability.turnDone(true, Demand.STRICT);
        assertThatThrownBy(keeper::beginIfWanted).hasMessageContaining("RECORD_CORRUPT");
        assertThat(server.durability.isInFlight()).isFalse();
        assertThat(server.durability.isDirty()).isTrue();
    }

    @Test
    void backgroundSyncComesByForWhatNothingWaitsFor() {
        assertThat(turn(new State(1, "b"), Demand.NONE)).containsExactly("sent");
        assertThat(backend.writes()).isZero();
        keeper.syncLater();
        time.advance(Duration.ofSeconds(6));
        assertThat(told).containsExactly("due");
        keeper.syncNow();
        assertThat(state()).isEqualTo(new State(1, "b"));
        keeper.syncNow();
        assertThat(backend.writes()).isEqualTo(1);
    }

    @Test
    void deleteIsOfTheRecordThatIsOurs() {
        List<Outcome> ends = new ArrayList<>();
        turn(new State(1, "b"), Demand.STRICT);
        keeper.delete(() -> false, ends::add);
        assertThat(ends).hasOnlyElementsOfType(Outcome.Stored.class);
        assertThat(backend.read("t/k")).isEmpty();
        keeper.delete(() -> false, ends::add);
        assertThat(ends).hasSize(2).last().isNotInstanceOf(Outcome.Stored.class);
    }
}
