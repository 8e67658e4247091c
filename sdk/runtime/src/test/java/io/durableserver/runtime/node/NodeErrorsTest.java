package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.durableserver.CallOptions;
import io.durableserver.ConfigurationException;
import io.durableserver.HandlerFailedException;
import io.durableserver.Next;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.ServerRef;
import io.durableserver.ServerStatus;
import io.durableserver.config.Limits;
import io.durableserver.runtime.node.Probe.Ask;
import io.durableserver.runtime.node.Probe.AskLong;
import io.durableserver.runtime.node.Probe.State;
import io.durableserver.runtime.node.Probe.Tell;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What callers are told when something goes wrong, through the public API of a whole node. */
final class NodeErrorsTest extends ProbedNode {
    // What goes wrong.

    @Test
    void handlerExceptionCrashesTheServerWhichComesBackWithItsLastGoodState() {
        ref().call(set(3));
        assertThatThrownBy(() -> ref().call(new Ask((state, self) -> {
                    throw new java.io.IOException("disk");
                })))
                .isInstanceOfSatisfying(HandlerFailedException.class, e -> {
                    assertThat(e.errorType()).isEqualTo("java.io.IOException");
                    assertThat(e).hasMessageContaining("disk");
                    assertThat(e.context()).containsEntry("key", "k");
                });
        assertThat(node.servers.admin().info("k").orElseThrow().status()).isEqualTo(ServerStatus.CRASHED);
        assertThat(node.servers.ref(Probe.type(script), "k").call(GET)).isEqualTo(3L);
        assertThat(node.servers.admin().info("k").orElseThrow().status()).isEqualTo(ServerStatus.RUNNING);
    }

    @Test
    void asynchronousCallerIsToldOfAHandlerException() {
        assertThat(ref().callAsync(new Ask((state, self) -> {
                    throw new AssertionError("bad");
                })))
                .failsWithin(Duration.ofSeconds(5))
                .withThrowableOfType(java.util.concurrent.ExecutionException.class)
                .withCauseInstanceOf(HandlerFailedException.class);
    }

    @Test
    void replyOfTheWrongTypeIsNamed() {
        ConfigurationException error = catchThrowableOfType(
                ConfigurationException.class,
                () -> ref().call(new AskLong((state, self) -> Next.reply("text", state))));
        assertThat(error.reason()).isEqualTo(ConfigurationException.Reason.WRONG_REPLY_TYPE);
        assertThat(ref().call(new AskLong((state, self) -> Next.reply(4L, state))))
                .isEqualTo(4L);
    }

    @Test
    void unregisteredMessageIsRefusedBeforeItIsSent() {
        assertThatThrownBy(() -> ref().call(new Probe.Unknown()))
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.reason()).isEqualTo(ConfigurationException.Reason.UNREGISTERED_MESSAGE));
    }

    @Test
    void stateOverItsLimitIsToldToWhoWaitsForIt() {
        Probe.Script large = new Probe.Script() {
            @Override
            Object dump(State state) {
                return state.n() == 99 ? Map.of("n", "x".repeat(5_000)) : state;
            }
        };
        restart(Limits.builder().stateBytes(1 << 10).build(), large);
        assertThat(notApplied(() -> ref().call(setSynced(99))).reason()).isEqualTo(Reason.STATE_TOO_LARGE);
        assertThat(ref().call(GET)).isEqualTo(0L);
    }

    @Test
    void serverThatCallsItselfIsTold() {
        ServerRef ref = ref();
        NotAppliedException error = (NotAppliedException) ref.call(new Ask(
                (state, self) -> Next.reply(notApplied(() -> self.ctx().self().call(GET)), state)));
        assertThat(error.reason()).isEqualTo(Reason.CALL_RING);
        assertThat(error.context()).containsEntry("ring", "k -> k");
    }

    @Test
    void ringOverTwoServersIsNamed() {
        ServerRef a = ref("a");
        ServerRef b = ref("b");
        NotAppliedException error = (NotAppliedException) a.call(new Ask((state, self) ->
                Next.reply(b.call(new Ask((s, me) -> Next.reply(notApplied(() -> a.call(GET)), s))), state)));
        assertThat(error.reason()).isEqualTo(Reason.CALL_RING);
        assertThat(error.context()).containsEntry("ring", "a -> b -> a");
    }

    @Test
    void fullMailboxRefusesAtOnce() throws Exception {
        restart(Limits.builder().mailboxCapacity(16).build(), script);
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch inside = new CountDownLatch(1);
        ServerRef ref = ref();
        ref.cast(new Tell((state, self) -> {
            inside.countDown();
            go.await();
            return Next.state(state);
        }));
        inside.await();
        Tell add = new Tell((state, self) -> Next.state(new State(state.n() + 1)));
        for (int i = 0; i < 17; i++) { // the bound, and the one that is next
            ref.cast(add);
        }
        NotAppliedException full = notApplied(() -> ref.cast(add));
        assertThat(full.reason()).isEqualTo(Reason.MAILBOX_FULL);
        assertThat(full.context()).containsEntry("bound", "16");
        assertThat(notApplied(() -> ref.call(GET)).reason()).isEqualTo(Reason.MAILBOX_FULL);
        assertThat(ref.callAsync(GET)).failsWithin(Duration.ofSeconds(1));
        go.countDown();
        await().until(() -> ref.call(GET), n -> n.equals(17L));
    }

    @Test
    void callerThatGivesUpKnowsWhetherItsCallBegan() throws Exception {
        ServerRef ref = ref();
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch inside = new CountDownLatch(1);
        CallOptions brief = CallOptions.timeout(Duration.ofMillis(50));
        ref.cast(new Tell((state, self) -> {
            inside.countDown();
            go.await();
            return Next.state(state);
        }));
        inside.await();
        assertThat(notApplied(() -> ref.call(set(1), brief)).reason()).isEqualTo(Reason.DEADLINE_BEFORE_START);
        assertThat(ref.callAsync(set(1), brief))
                .failsWithin(Duration.ofSeconds(5))
                .withThrowableThat()
                .withCauseInstanceOf(NotAppliedException.class);
        go.countDown();
        assertThat(ref.call(GET)).isEqualTo(0L);
        CountDownLatch never = new CountDownLatch(1);
        Ask stuck = new Ask((state, self) -> {
            never.await();
            return Next.reply(0, new State(8));
        });
        assertThat(ref.callAsync(stuck, brief))
                .failsWithin(Duration.ofSeconds(5))
                .withThrowableThat()
                .withCauseInstanceOf(OutcomeUnknownException.class);
        never.countDown();
        await().until(() -> ref.call(GET), n -> n.equals(8L));
    }

    @Test
    void interruptedCallerIsTold() throws Exception {
        ServerRef ref = ref();
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch inside = new CountDownLatch(1);
        ref.cast(new Tell((state, self) -> {
            inside.countDown();
            go.await();
            return Next.state(state);
        }));
        inside.await();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> ref.call(GET))
                .isInstanceOfSatisfying(
                        OutcomeUnknownException.class,
                        e -> assertThat(e.reason()).isEqualTo(OutcomeUnknownException.Reason.INTERRUPTED));
        assertThat(Thread.interrupted()).isTrue();
        go.countDown();
    }

    @Test
    void contextTellsWhoTheServerIs() {
        assertThat(ref().call(new Ask((state, self) -> Next.reply(
                        List.of(
                                self.ctx().key(),
                                self.ctx().type(),
                                self.ctx().epoch(),
                                self.ctx().service(String.class)),
                        state))))
                .isEqualTo(List.of("k", "probe", 1L, "a service"));
        assertThat(ref().call(new Ask((state, self) -> Next.reply(
                        catchThrowableOfType(
                                ConfigurationException.class, () -> self.ctx().service(Integer.class)),
                        state))))
                .isInstanceOf(ConfigurationException.class);
    }
}
