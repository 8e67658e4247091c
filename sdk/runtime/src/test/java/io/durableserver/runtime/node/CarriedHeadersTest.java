package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.durableserver.CallOptions;
import io.durableserver.ConfigurationException;
import io.durableserver.Init;
import io.durableserver.Next;
import io.durableserver.Reply;
import io.durableserver.ServerContext;
import io.durableserver.ServerRef;
import io.durableserver.Termination;
import io.durableserver.config.Limits;
import io.durableserver.runtime.node.Probe.Ask;
import io.durableserver.runtime.node.Probe.AskLater;
import io.durableserver.runtime.node.Probe.AskOpen;
import io.durableserver.runtime.node.Probe.Note;
import io.durableserver.runtime.node.Probe.State;
import io.durableserver.runtime.node.Probe.Tell;
import io.durableserver.runtime.turn.Turn;
import io.durableserver.runtime.wire.Origin;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Headers go with a message to its turn, and on with what that turn sends, on one node. */
final class CarriedHeadersTest extends ProbedNode {
    private static final Map<String, String> TRACE = Map.of("traceparent", "00-1", "tenant", "t1");
    private static final Ask HEADERS =
            new Ask((state, self) -> Next.reply(self.ctx().headers(), state));

    private final List<Map<String, String>> seen = new CopyOnWriteArrayList<>();

    private Tell note() {
        return new Tell((state, self) -> {
            seen.add(self.ctx().headers());
            return Next.state(state);
        });
    }

    private Object within(ServerRef caller, Probe.Turn<Reply<State, ?>> turn) {
        return caller.call(new Ask(turn));
    }

    @Test
    void everyKindOfMessageBringsThem() throws Exception {
        ServerRef ref = ref().withHeaders(TRACE);
        assertThat(ref.<Object>call(HEADERS)).isEqualTo(TRACE);
        assertThat(ref.<Object>callAsync(HEADERS).toCompletableFuture().get(5, TimeUnit.SECONDS))
                .isEqualTo(TRACE);
        assertThat(ref.<Object>call(new AskLater((state, self, replyTo) -> {
                    replyTo.reply(self.ctx().headers());
                    return Next.state(state);
                })))
                .isEqualTo(TRACE);
        ref.cast(note());
        await().until(() -> seen.size() == 1);
        assertThat(seen).containsExactly(TRACE);
    }

    @Test
    void aReferenceWithoutThemStaysWithoutThem() {
        ServerRef plain = ref();
        ServerRef traced = plain.withHeaders(TRACE);
        assertThat(plain.<Object>call(HEADERS)).isEqualTo(Map.of());
        assertThat(traced.withHeaders(Map.of("tenant", "t2")).<Object>call(HEADERS))
                .isEqualTo(Map.of("tenant", "t2"));
        assertThat(traced.withHeaders(Map.of()).<Object>call(HEADERS)).isEqualTo(Map.of());
        assertThat(traced.<Object>call(HEADERS)).isEqualTo(TRACE);
        assertThat(traced.ensureStarted(new State(0)).<Object>call(HEADERS)).isEqualTo(TRACE);
    }

    @Test
    void theyGoOnWithCallsAndCastsOfTheTurnAndTheOwnOnesCount() throws Exception {
        ServerRef next = ref("next");
        Object answer = within(ref().withHeaders(TRACE), (state, self) -> {
            next.cast(note());
            Object called = next.call(HEADERS);
            CompletableFuture<Object> later = next.<Object>callAsync(HEADERS).toCompletableFuture();
            Object own = next.withHeaders(Map.of("traceparent", "00-2")).call(HEADERS);
            return Next.reply(List.of(called, later.get(5, TimeUnit.SECONDS), own), state);
        });
        assertThat(answer).isEqualTo(List.of(TRACE, TRACE, Map.of("traceparent", "00-2", "tenant", "t1")));
        await().until(() -> seen.size() == 1);
        assertThat(seen).containsExactly(TRACE);
    }

    @Test
    void aMessageToItselfTakesThemAlongAndATimerAndAContinuationDoNot() {
        ServerRef ref = ref();
        Probe.Turn<Next<State>> note = (state, self) -> {
            seen.add(self.ctx().headers());
            return Next.state(state);
        };
        within(ref.withHeaders(TRACE), (state, self) -> {
            self.ctx().send(new Note(note));
            return Next.reply(0, state);
        });
        within(ref.withHeaders(TRACE), (state, self) -> {
            self.ctx().sendAfter(Duration.ofMillis(1), new Note(note));
            return Next.reply(0, state);
        });
        await().until(() -> seen.size() == 2);
        within(ref.withHeaders(TRACE), (state, self) -> Next.reply(0, state).thenContinue(new Note(note)));
        assertThat(ref.<Object>call(HEADERS)).isEqualTo(Map.of());
        assertThat(seen).containsExactly(TRACE, Map.of(), Map.of());
    }

    @Test
    void aTurnThatStaysOpenHasThemInItsLaterParts() {
        ServerRef next = ref("next");
        CompletableFuture<Object> elsewhere = new CompletableFuture<>();
        CompletableFuture<Object> call = ref().withHeaders(TRACE)
                .callAsync(new AskOpen((state, self) -> elsewhere.thenComposeAsync(
                        seen -> next.<Object>callAsync(HEADERS)
                                .thenApply(
                                        called -> Next.reply(List.of(self.ctx().headers(), called), state)),
                        self.ctx().executor())))
                .toCompletableFuture();
        elsewhere.completeAsync(() -> 0, node.scheduler.application());
        assertThat(call).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(List.of(TRACE, TRACE));
        assertThat(ref().<Object>call(HEADERS)).isEqualTo(Map.of());
    }

    /** The script's {@code init} looks at the headers. */
    private void withInit() {
        restart(Limits.DEFAULT, new Probe.Script() {
            @Override
            Init<State> init(State state, ServerContext context) {
                CarriedHeadersTest.this.seen.add(context.headers());
                return Init.ok(state);
            }
        });
    }

    @Test
    void aStartInATurnTakesThemToInit() {
        withInit();
        ServerRef ref = ref();
        within(ref.withHeaders(TRACE), (state, self) -> {
            self.ctx().servers().ensureStarted(Probe.type(script), "new", new State(1));
            return Next.reply(0, state);
        });
        assertThat(seen).containsExactly(Map.of(), TRACE);
    }

    @Test
    void aServerThatAMessageBringsBackHasThemInInit() {
        withInit();
        ref().withHeaders(TRACE).cast(note());
        await().until(() -> seen.size() == 2);
        node.servers.admin().terminate("k", Termination.GRACEFUL);
        assertThat(node.servers.ref(Probe.type(script), "k").withHeaders(TRACE).<Object>call(HEADERS))
                .isEqualTo(TRACE);
        assertThat(seen).containsExactly(Map.of(), TRACE, TRACE);
    }

    @Test
    void theyAreOfTheTurnAndNotOfWhoeverLooksFromElsewhere() throws Exception {
        ServerRef ref = ref();
        Object elsewhere = within(ref.withHeaders(TRACE), (state, self) -> {
            CompletableFuture<Map<String, String>> other = new CompletableFuture<>();
            Thread thread = new Thread(() -> other.complete(self.ctx().headers()));
            thread.start();
            thread.join();
            return Next.reply(other.join(), state);
        });
        assertThat(elsewhere).isEqualTo(Map.of());
    }

    @Test
    void deadlineReachesTheTurnWithThem() {
        Object origin = ref().withHeaders(TRACE)
                .call(
                        new Ask((state, self) -> Next.reply(
                                Objects.requireNonNull(Turn.current()).origin(), state)),
                        CallOptions.timeout(Duration.ofSeconds(3)));
        assertThat(origin).isInstanceOfSatisfying(Origin.class, from -> {
            assertThat(from.headers()).isEqualTo(TRACE);
            assertThat(from.deadlineNanos()).isNotZero();
            assertThat(from.chain()).isEmpty();
        });
    }

    @Test
    void tooManyWithThoseOfTheTurnIsAnErrorOfWhoeverSends() {
        ServerRef next = ref("next");
        Object answer = within(ref().withHeaders(Map.of("big", "v".repeat(5_000))), (state, self) -> {
            ServerRef more = next.withHeaders(Map.of("more", "v".repeat(5_000)));
            assertThatThrownBy(() -> more.call(HEADERS))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("at most " + ServerRef.MAX_HEADER_BYTES + " bytes");
            assertThat(more.callAsync(HEADERS).toCompletableFuture()).isCompletedExceptionally();
            assertThatThrownBy(() -> more.cast(note())).isInstanceOf(ConfigurationException.class);
            return Next.reply("went on", state);
        });
        assertThat(answer).isEqualTo("went on");
    }
}
