package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.durableserver.ConfigurationException;
import io.durableserver.Init;
import io.durableserver.Next;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.ServerContext;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.StopReason;
import io.durableserver.Termination;
import io.durableserver.runtime.node.Probe.Ask;
import io.durableserver.runtime.node.Probe.State;
import io.durableserver.runtime.node.Probe.Tell;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Turns that take long are told of, and an operator can end them. */
@SuppressWarnings("FutureReturnValueIgnored") // what ends is looked at elsewhere
final class SlowTurnsTest extends ProbedNode {
    private final PrintStream err = System.err;
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final CountDownLatch go = new CountDownLatch(1);
    private final CountDownLatch inside = new CountDownLatch(1);
    private final ServerType<State> type = watched(script);

    private static ServerType<State> watched(Probe.Script script) {
        return Probe.type(script).slowTurn(Duration.ofMillis(20));
    }

    @BeforeEach
    void readLog() {
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void letGo() {
        go.countDown();
        System.setErr(err);
    }

    private ServerRef ref(ServerType<State> of) {
        node.close();
        node = LoneNode.start(of);
        return node.servers.ensureStarted(of, "k", new State(0));
    }

    private List<String> warnings() {
        return Arrays.stream(log.toString(StandardCharsets.UTF_8).split("\n"))
                .filter(line -> line.contains("TurnSlow") && line.contains(" runs for "))
                .filter(line -> !line.contains("no user code"))
                .toList();
    }

    private ServerRef stuck() throws InterruptedException {
        ServerRef ref = ref(type);
        ref.cast(new Tell((state, self) -> {
            inside.countDown();
            go.await();
            return Next.state(state);
        }));
        inside.await();
        return ref;
    }

    @Test
    void slowTurnIsToldWithKeyMessageAndStackAndAgainMoreRarely() throws Exception {
        stuck();
        await().until(() -> warnings().size() >= 4);
        assertThat(warnings()).allMatch(line -> line.contains("k: " + Tell.class.getName() + " runs for "));
        assertThat(log.toString(StandardCharsets.UTF_8)).contains(SlowTurnsTest.class.getName() + ".lambda");
        List<Long> millis = warnings().stream()
                .map(line -> Long.parseLong(line.replaceAll(".* runs for (\\d+) ms.*", "$1")))
                .toList();
        for (int i = 0; i < millis.size(); i++) {
            assertThat(millis.get(i)).isGreaterThanOrEqualTo(20L << i);
        }
    }

    @Test
    void quickTurnsOfABusyServerAreNotToldOf() {
        ServerRef ref = ref(Probe.type(script).slowTurn(Duration.ofMinutes(1)));
        for (int i = 0; i < 2_000; i++) {
            ref.call(GET);
        }
        assertThat(warnings()).isEmpty();
    }

    @Test
    void slowInitAndSlowTerminateAreToldOfByName() {
        Probe.Script slow = new Probe.Script() {
            @Override
            Init<State> init(State state, ServerContext context) {
                await().until(() -> warnings().stream().anyMatch(line -> line.contains("k: init runs for ")));
                return Init.ok(state);
            }

            @Override
            Object dump(State state) {
                if (Thread.currentThread().getName().matches(".*-(turn|virtual)-.*") && state.n() == 7) {
                    await().until(() -> warnings().stream().anyMatch(line -> line.contains("k: dump runs for ")));
                }
                return state;
            }

            @Override
            @Nullable
            Object terminate(StopReason reason, State state) {
                await().until(() -> warnings().stream().anyMatch(line -> line.contains("k: terminate runs for ")));
                return null;
            }
        };
        ServerRef ref = ref(watched(slow));
        ref.call(new Ask((state, self) -> Next.reply(1, new State(7))));
        node.servers.admin().terminateAsync("k", Termination.GRACEFUL);
        await().until(() -> node.servers.admin().lookup("k").isEmpty());
        assertThat(warnings().stream().map(line -> line.replaceAll(".*k: (\\S+) runs.*", "$1")))
                .contains("init", "terminate", "dump");
    }

    @Test
    void stopOfAServerWithAStuckTurnSaysWhatHoldsItAndHappensAfterIt() throws Exception {
        stuck();
        OutcomeUnknownException error = (OutcomeUnknownException)
                catchThrowable(() -> node.servers.admin().terminate("k", Termination.GRACEFUL));
        assertThat(error.reason()).isEqualTo(OutcomeUnknownException.Reason.DEADLINE);
        assertThat(error.text()).contains("held by a turn");
        assertThat(error.context()).containsEntry("key", "k").containsEntry("message", Tell.class.getName());
        assertThat(Long.parseLong(String.valueOf(error.context().get("runningMillis"))))
                .isPositive();
        go.countDown();
        await().until(() -> node.servers.admin().lookup("k").isEmpty());
    }

    @Test
    void operatorInterruptsAStuckTurnAndTheServerComesBack() throws Exception {
        ServerRef ref = ref(type);
        ref.call(set(3));
        CompletableFuture<Object> stuck = ref.callAsync(new Ask((state, self) -> {
                    inside.countDown();
                    go.await();
                    return Next.reply(0, new State(9));
                }))
                .toCompletableFuture();
        inside.await();
        assertThat(node.servers.admin().interruptTurn("k")).isTrue();
        assertThat(stuck)
                .failsWithin(Duration.ofSeconds(5))
                .withThrowableThat()
                .withMessageContaining(InterruptedException.class.getName());
        assertThat(ref.call(GET)).isEqualTo(3L);
        assertThat(node.servers.admin().interruptTurn("k")).isFalse();
        assertThat(node.servers.admin().interruptTurn("absent")).isFalse();
    }

    /** An interrupt there would close the file or the connection that the runtime uses. */
    @Test
    void whatTheRuntimeDoesAfterTheHandlerIsNotInterrupted() throws Exception {
        CompletableFuture<Boolean> hit = new CompletableFuture<>();
        Probe.Script held = new Probe.Script() {
            @Override
            Object dump(State state) {
                if (state.n() == 7 && !hit.isDone()) {
                    inside.countDown();
                    try {
                        go.await();
                        hit.complete(false);
                    } catch (InterruptedException e) {
                        hit.complete(true);
                    }
                }
                return state;
            }
        };
        ServerRef ref = ref(watched(held));
        CompletableFuture<Object> stored = ref.callAsync(
                        new Ask((state, self) -> Next.reply(1, new State(7)).sync()))
                .toCompletableFuture();
        inside.await();
        assertThat(node.servers.admin().interruptTurn("k")).isFalse();
        go.countDown();
        assertThat(hit).succeedsWithin(Duration.ofSeconds(5)).isEqualTo(false);
        assertThat(stored).succeedsWithin(Duration.ofSeconds(5)).isEqualTo(1);
    }

    @Test
    void threadOfTheApplicationIsNotInterrupted() throws Exception {
        ServerRef ref = ref(type.inPlace());
        Ask where = new Ask((state, self) -> Next.reply(Thread.currentThread().getName(), state));
        await().until(() -> ref.call(where).equals(Thread.currentThread().getName()));
        CompletableFuture<Object> reply = new CompletableFuture<>();
        Thread caller = new Thread(() -> reply.complete(ref.call(new Ask((state, self) -> {
            inside.countDown();
            go.await();
            return Next.reply(Thread.currentThread().getName(), state);
        }))));
        caller.setName("a-caller");
        caller.start();
        inside.await();
        Throwable error = catchThrowable(() -> node.servers.admin().interruptTurn("k"));
        assertThat(error).isInstanceOfSatisfying(ConfigurationException.class, e -> {
            assertThat(e.reason()).isEqualTo(ConfigurationException.Reason.NOT_ALLOWED_HERE);
            assertThat(e.context()).containsEntry("thread", "a-caller");
        });
        go.countDown();
        assertThat(reply).succeedsWithin(Duration.ofSeconds(5)).isEqualTo("a-caller");
        caller.join();
    }
}
