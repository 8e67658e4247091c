package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.Call;
import io.durableserver.ConfigurationException;
import io.durableserver.DurableServer;
import io.durableserver.HandlerFailedException;
import io.durableserver.Handlers;
import io.durableserver.Init;
import io.durableserver.Next;
import io.durableserver.RejectedException;
import io.durableserver.ServerContext;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.SyncInfo;
import io.durableserver.Termination;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls that only read, and servers whose state cannot be compared. */
@Timeout(60)
final class QueriesTest {
    record Names(List<String> all) {}

    record Put(String name, boolean strict) implements Call<Integer> {}

    record Find(String prefix) implements Call<String> {}

    static class Directory extends DurableServer<Names> {
        @Override
        protected void handlers(Handlers<Names> on) {
            on.call(Put.class, (state, put) -> {
                List<String> all = new ArrayList<>(state.all());
                all.add(put.name());
                var reply = Next.reply(all.size(), new Names(all));
                return put.strict() ? reply.sync() : reply;
            });
            on.query(Find.class, (state, find) -> {
                if (find.prefix().isEmpty()) {
                    throw new RejectedException("EMPTY", "A prefix is needed");
                }
                if (find.prefix().equals("boom")) {
                    throw new IllegalStateException("boom");
                }
                return state.all().stream()
                        .filter(name -> name.startsWith(find.prefix()))
                        .findFirst()
                        .orElse("");
            });
        }
    }

    private static final ServerType<Names> TYPE = ServerType.of("names", Names.class, Directory::new);

    @Test
    void aQueryAnswersFromTheStateAndWritesNothing() {
        try (LoneNode node = LoneNode.start(TYPE)) {
            ServerRef ref = node.servers.ensureStarted(TYPE, "k", new Names(List.of()));
            ref.call(new Put("ann", true));
            long writes = node.servers.admin().info("k").orElseThrow().writes();
            assertThat(ref.call(new Find("a"))).isEqualTo("ann");
            assertThat(ref.call(new Find("b"))).isEmpty();
            assertThatThrownBy(() -> ref.call(new Find("")))
                    .isInstanceOfSatisfying(
                            RejectedException.class, no -> assertThat(no.code()).isEqualTo("EMPTY"));
            assertThat(node.servers.admin().info("k").orElseThrow().writes()).isEqualTo(writes);
            assertThatThrownBy(() -> ref.call(new Find("boom"))).isInstanceOf(HandlerFailedException.class);
            assertThat(ref.call(new Find("a"))).isEqualTo("ann");
        }
    }

    @Test
    void itsReplyLeavesOnlyAfterTheStateItReadIsStored() throws Exception {
        try (LoneNode node = LoneNode.start(TYPE)) {
            ServerRef ref = node.servers.ensureStarted(TYPE, "k", new Names(List.of()));
            node.backend.hold(key -> key.endsWith("/k"));
            CompletableFuture<Integer> put = ref.callAsync(new Put("ann", true)).toCompletableFuture();
            CompletableFuture<String> found = ref.callAsync(new Find("a")).toCompletableFuture();
            assertThat(put.isDone() || found.isDone()).isFalse();
            node.backend.release();
            assertThat(found.get(5, TimeUnit.SECONDS)).isEqualTo("ann");
            assertThat(put).isDone();
        }
    }

    static final class Mutable extends DurableServer<Mutable.Box> {
        static final class Box {
            public int n;
        }

        record Try(int to, boolean reject) implements Call<Integer> {}

        static final ServerType<Box> TYPE =
                ServerType.of("mutable", Box.class, Mutable::new).mutableState();

        @Override
        protected void handlers(Handlers<Box> on) {
            on.call(Try.class, (box, ask) -> {
                if (ask.reject() && ask.to() < 0) {
                    return Next.reject("NEGATIVE", "Refused before anything changed", Map.of("to", ask.to()));
                }
                box.n = ask.to();
                if (ask.reject()) {
                    return Next.reject("LATE", "Refused after the state changed");
                }
                return Next.reply(box.n, box).sync();
            });
        }
    }

    @Test
    void aMutableStateMayRefuseBeforeItChangesAndCrashesWhenItRefusesAfterwards() {
        try (LoneNode node = LoneNode.start(Mutable.TYPE)) {
            ServerRef ref = node.servers.ensureStarted(Mutable.TYPE, "k", new Mutable.Box());
            assertThat(ref.call(new Mutable.Try(5, false))).isEqualTo(5);
            assertThatThrownBy(() -> ref.call(new Mutable.Try(-1, true)))
                    .isInstanceOfSatisfying(
                            RejectedException.class, no -> assertThat(no.code()).isEqualTo("NEGATIVE"));
            assertThat(node.servers.admin().info("k").orElseThrow().epoch()).isEqualTo(1);
            assertThatThrownBy(() -> ref.call(new Mutable.Try(9, true)))
                    .isInstanceOf(HandlerFailedException.class)
                    .hasMessageContaining("It changed the state before it rejected");
            assertThat(ref.call(new Mutable.Try(6, false))).isEqualTo(6);
            assertThat(node.servers.admin().info("k").orElseThrow().epoch()).isEqualTo(2);
        }
    }

    /** Changes its state where no turn is: in {@code init}, and after a write. */
    static final class Stamped extends DurableServer<Mutable.Box> {
        static final ServerType<Mutable.Box> TYPE =
                ServerType.of("stamped", Mutable.Box.class, Stamped::new).mutableState();

        @Override
        protected Init<Mutable.Box> init(Mutable.Box box, ServerContext context) {
            box.n += 100;
            return Init.ok(box);
        }

        @Override
        protected Mutable.Box onSync(SyncInfo info, Mutable.Box stored, Mutable.Box current) {
            current.n += 1;
            return current;
        }

        @Override
        protected void handlers(Handlers<Mutable.Box> on) {
            on.call(Mutable.Try.class, (box, ask) -> {
                if (ask.reject()) {
                    return Next.reject("NO", "Nothing changed");
                }
                box.n += ask.to();
                return Next.reply(box.n, box).sync();
            });
        }
    }

    @Test
    void aMutableStateThatItsServerChangedBetweenTurnsIsNoChangeOfTheTurnThatRefuses() {
        try (LoneNode node = LoneNode.start(Stamped.TYPE)) {
            ServerRef ref = node.servers.ensureStarted(Stamped.TYPE, "k", new Mutable.Box());
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> ref.call(new Mutable.Try(0, true))).isInstanceOf(RejectedException.class);
                ref.call(new Mutable.Try(1, false));
                assertThatThrownBy(() -> ref.call(new Mutable.Try(0, true))).isInstanceOf(RejectedException.class);
                assertThat(node.servers.admin().info("k").orElseThrow().epoch()).isEqualTo(i + 1);
                node.servers.admin().terminate("k", Termination.GRACEFUL);
            }
        }
    }

    static final class MutableQueries extends DurableServer<Mutable.Box> {
        @Override
        protected void handlers(Handlers<Mutable.Box> on) {
            on.query(Find.class, (box, find) -> "" + ++box.n);
        }
    }

    @Test
    void aTypeWithMutableStateCanHaveNone() {
        ServerType<Mutable.Box> type =
                ServerType.of("m", Mutable.Box.class, MutableQueries::new).mutableState();
        assertThatThrownBy(() -> LoneNode.start(type)).isInstanceOfSatisfying(ConfigurationException.class, wrong -> {
            assertThat(wrong.reason()).isEqualTo(ConfigurationException.Reason.INVALID_TYPE);
            assertThat(wrong.context()).containsEntry("type", "m").containsKey("message");
        });
    }

    static final class Twice extends DurableServer<Names> {
        @Override
        protected void handlers(Handlers<Names> on) {
            on.query(Find.class, (state, find) -> "a");
            on.call(Find.class, (state, find) -> Next.reply("b", state));
        }
    }

    @Test
    void aMessageIsACallOrAQueryAndNotBoth() {
        assertThatThrownBy(() -> LoneNode.start(ServerType.of("twice", Names.class, Twice::new)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("registered twice");
    }
}
