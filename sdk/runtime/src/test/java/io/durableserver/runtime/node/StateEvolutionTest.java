package io.durableserver.runtime.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import io.durableserver.Call;
import io.durableserver.DurableServer;
import io.durableserver.HandlerFailedException;
import io.durableserver.Handlers;
import io.durableserver.Next;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.ServerRef;
import io.durableserver.ServerStatus;
import io.durableserver.ServerType;
import io.durableserver.StoredState;
import io.durableserver.Termination;
import io.durableserver.runtime.record.RecordFormat;
import io.durableserver.runtime.record.StoredRecord;
import io.durableserver.runtime.testing.MemoryBackend;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A state class changes from release to release; nothing of a stored state is lost without a word. */
@Timeout(60)
final class StateEvolutionTest {
    /** What the releases share: a server whose state is changed by the code in the message. */
    record Change<S>(UnaryOperator<S> change) implements Call<String> {}

    static class Release<S> extends DurableServer<S> {
        @Override
        @SuppressWarnings({"rawtypes", "unchecked"}) // one message class for all releases
        protected void handlers(Handlers<S> on) {
            on.call((Class<Change<S>>) (Class) Change.class, (state, message) -> {
                S next = message.change().apply(state);
                return Next.reply(next.toString(), next).sync();
            });
        }
    }

    private static <S> ServerType<S> release(Class<S> state) {
        return ServerType.of("thing", state, Release::new);
    }

    record First(String name, int count) {}

    record Renamed(String title, Integer count) {}

    record Grown(String name, int count, Optional<String> mail, List<String> tags) {}

    record Demanding(String name, int count, String owner) {}

    record Nested(String name, Inner inner) {}

    record NestedGrown(String name, InnerGrown inner) {}

    record Inner(int a) {}

    record InnerGrown(int a, Optional<Long> b) {}

    enum Color {
        RED
    }

    enum MoreColors {
        RED,
        BLUE
    }

    enum Tolerant {
        RED,
        @JsonEnumDefaultValue
        UNKNOWN
    }

    record Painted(Color color) {}

    record PaintedMore(MoreColors color) {}

    record PaintedTolerantly(Tolerant color) {}

    private final MemoryBackend backend = new MemoryBackend();

    /** Runs one release of the type on what is stored, and stops it in good order. */
    private <S> String run(ServerType<S> type, S initial, UnaryOperator<S> change) {
        try (LoneNode node = LoneNode.start(backend, type)) {
            ServerRef ref = node.servers.ensureStarted(type, "k", initial);
            return ref.call(new Change<>(change));
        }
    }

    private <S> NotAppliedException refusal(ServerType<S> type, S initial) {
        byte[] before = backend.read("t/k").orElseThrow();
        NotAppliedException refused =
                catchThrowableOfType(NotAppliedException.class, () -> run(type, initial, UnaryOperator.identity()));
        assertThat(refused).isNotNull();
        assertThat(backend.read("t/k").orElseThrow()).isEqualTo(before);
        return refused;
    }

    private StoredRecord stored() {
        return RecordFormat.decode("k", backend.read("t/k").orElseThrow());
    }

    private String storedState() {
        return new String(stored().state(), UTF_8);
    }

    @Test
    void aRenamedMemberIsRefusedInsteadOfEmptied() {
        run(release(First.class), new First("precious", 3), UnaryOperator.identity());

        NotAppliedException refused = refusal(release(Renamed.class), new Renamed("", 0));

        assertThat(refused.reason()).isEqualTo(Reason.STATE_MISMATCH);
        assertThat(refused.reason().retryable()).isFalse();
        assertThat(refused.context())
                .containsEntry("key", "k")
                .containsEntry("path", "title")
                .containsEntry("class", Renamed.class.getName());
        assertThat(refused).hasMessageContaining("raise the version");
        assertThat(refused.toString()).doesNotContain("precious");
        assertThat(run(release(First.class), new First("", 0), UnaryOperator.identity()))
                .contains("precious");
    }

    @Test
    void aMemberThatIsNewAndNotOptionalIsRefused() {
        run(release(First.class), new First("a", 1), UnaryOperator.identity());

        assertThat(refusal(release(Demanding.class), new Demanding("", 0, "")).context())
                .containsEntry("path", "owner");
    }

    @Test
    void optionalMembersAreAddedWithoutANewVersion() {
        run(release(First.class), new First("a", 1), UnaryOperator.identity());

        String grown = run(
                release(Grown.class),
                new Grown("", 0, Optional.empty(), List.of()),
                s -> new Grown(s.name(), s.count() + 1, s.mail(), s.tags()));

        assertThat(grown).isEqualTo("Grown[name=a, count=2, mail=Optional.empty, tags=[]]");
        assertThat(stored().optional()).containsExactly("mail", "tags");
    }

    @Test
    void anOlderReleaseKeepsOptionalMembersThroughSyncStopAndCrash() {
        ServerType<Grown> newer = release(Grown.class);
        ServerType<First> older = release(First.class);
        run(newer, new Grown("a", 1, Optional.of("x@y"), List.of("t")), UnaryOperator.identity());

        run(older, new First("", 0), s -> new First(s.name(), s.count() + 1));
        assertThat(storedState()).isEqualTo("{\"name\":\"a\",\"count\":2,\"mail\":\"x@y\",\"tags\":[\"t\"]}");
        assertThat(stored().optional()).containsExactly("mail", "tags");
        try (LoneNode node = LoneNode.start(backend, older)) {
            ServerRef ref = node.servers.ensureStarted(older, "k", new First("", 0));
            ref.call(new Change<First>(s -> new First(s.name(), 9)));
            assertThat(catchThrowableOfType(
                            HandlerFailedException.class,
                            () -> ref.call(new Change<First>(s -> {
                                throw new IllegalStateException("a crash");
                            }))))
                    .isNotNull();
        }
        run(older, new First("", 0), s -> new First(s.name(), s.count() + 1));

        assertThat(run(newer, new Grown("", 0, Optional.empty(), List.of()), UnaryOperator.identity()))
                .isEqualTo("Grown[name=a, count=10, mail=Optional[x@y], tags=[t]]");
    }

    @Test
    void anOlderReleaseKeepsOptionalMembersOfTheObjectsInside() {
        run(
                release(NestedGrown.class),
                new NestedGrown("a", new InnerGrown(1, Optional.of(7L))),
                UnaryOperator.identity());

        run(
                release(Nested.class),
                new Nested("", new Inner(0)),
                s -> new Nested("b", new Inner(s.inner().a() + 1)));

        assertThat(storedState()).isEqualTo("{\"name\":\"b\",\"inner\":{\"a\":2,\"b\":7}}");
        assertThat(stored().optional()).containsExactly("inner.b");
        assertThat(run(
                        release(NestedGrown.class),
                        new NestedGrown("", new InnerGrown(0, Optional.empty())),
                        UnaryOperator.identity()))
                .contains("b=Optional[7]");
    }

    @Test
    void aMemberTheRecordDoesNotCallOptionalIsNotDropped() {
        run(release(Demanding.class), new Demanding("a", 1, "me"), UnaryOperator.identity());

        NotAppliedException refused = refusal(release(First.class), new First("", 0));

        assertThat(refused.reason()).isEqualTo(Reason.STATE_MISMATCH);
        assertThat(refused.context()).containsEntry("path", "owner");
    }

    @Test
    void aConstantAnOlderReleaseDoesNotKnowIsRefusedUnlessItNamesADefault() {
        run(release(PaintedMore.class), new PaintedMore(MoreColors.BLUE), UnaryOperator.identity());

        NotAppliedException refused = refusal(release(Painted.class), new Painted(Color.RED));

        assertThat(refused.reason()).isEqualTo(Reason.STATE_MISMATCH);
        assertThat(refused.context()).containsEntry("path", "color");
        assertThat(run(release(PaintedTolerantly.class), new PaintedTolerantly(Tolerant.RED), UnaryOperator.identity()))
                .contains("UNKNOWN");
    }

    @Test
    void aNewVersionWithoutAMigrationIsHeldToTheSameRules() {
        run(release(First.class), new First("precious", 1), UnaryOperator.identity());

        assertThat(refusal(release(Renamed.class).version(2), new Renamed("", 0))
                        .reason())
                .isEqualTo(Reason.STATE_MISMATCH);
        assertThat(run(
                        release(Grown.class).version(2),
                        new Grown("", 0, Optional.empty(), List.of()),
                        UnaryOperator.identity()))
                .contains("precious");
    }

    /** A migration reads what it wants of an older version: what it leaves out is its decision. */
    @Test
    void aMigrationReadsOlderVersionsLeniently() {
        class Migrating extends Release<Renamed> {
            record OnlyName(String name, Integer unheardOf) {}

            @Override
            protected Renamed load(ServerType<Renamed> type, StoredState stored) {
                return stored.version() == type.version()
                        ? stored.as(Renamed.class)
                        : new Renamed(stored.as(OnlyName.class).name(), -1);
            }
        }
        run(release(First.class), new First("precious", 3), UnaryOperator.identity());
        ServerType<Renamed> second =
                ServerType.of("thing", Renamed.class, Migrating::new).version(2);

        assertThat(run(second, new Renamed("", 0), UnaryOperator.identity()))
                .isEqualTo("Renamed[title=precious, count=-1]");
        assertThat(storedState()).isEqualTo("{\"title\":\"precious\",\"count\":-1}");
    }

    @Test
    void aLoadThatReadsAMapSeesWhatNobodyKnows() {
        class ByHand extends Release<First> {
            @Override
            protected First load(ServerType<First> type, StoredState stored) {
                Map<String, Object> all = stored.asMap();
                return new First(all.keySet().toString(), 0);
            }
        }
        run(release(Demanding.class), new Demanding("a", 1, "me"), UnaryOperator.identity());

        assertThat(run(ServerType.of("thing", First.class, ByHand::new), new First("", 0), UnaryOperator.identity()))
                .contains("[name, count, owner]");
    }

    @Test
    void aFirstRecordNamesItsOptionalMembersToo() {
        ServerType<Grown> type = release(Grown.class);
        try (LoneNode node = LoneNode.start(backend, type)) {
            node.servers.ensureStarted(type, "k", new Grown("a", 1, Optional.empty(), List.of()));

            assertThat(stored().writes()).isEqualTo(1);
            assertThat(stored().optional()).containsExactly("mail", "tags");
            node.servers.admin().terminate("k", Termination.GRACEFUL);
        }
        assertThat(stored().optional()).containsExactly("mail", "tags");
    }

    /** Its {@code upgrade} never saw them, so it cannot have decided that they go; they stay optional for whoever reads next. */
    @Test
    void anUpgradeInPlaceToANewerVersionKeepsKeptMembers() {
        run(release(Grown.class), new Grown("a", 1, Optional.of("m"), List.of()), UnaryOperator.identity());
        ServerType<First> older = release(First.class);
        try (LoneNode node = LoneNode.start(backend, older)) {
            ServerRef ref = node.servers.ensureStarted(older, "k", new First("", 0));
            node.servers.admin().upgrade(release(First.class).version(2));
            ref.call(new Change<First>(s -> new First(s.name(), 5)));
        }
        assertThat(storedState()).startsWith("{\"name\":\"a\",\"count\":5,").contains("\"m\"");
        assertThat(stored().optional()).isNotEmpty();
    }

    @Test
    void aTombstoneHasNoOptionalMembers() {
        run(release(Grown.class), new Grown("a", 1, Optional.empty(), List.of()), UnaryOperator.identity());
        StoredRecord record = stored();

        assertThat(record.optional()).isNotEmpty();
        StoredRecord tombstone = new StoredRecord(
                record.type(),
                1,
                ServerStatus.DELETING,
                record.owner(),
                1,
                1,
                0,
                false,
                Map.of(),
                "json",
                List.of("mail"),
                new byte[0]);
        assertThat(RecordFormat.decode("k", RecordFormat.encode(tombstone)).optional())
                .isEmpty();
    }
}
