package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.durableserver.Init;
import io.durableserver.Next;
import io.durableserver.NotAppliedException;
import io.durableserver.RejectedException;
import io.durableserver.Reply;
import io.durableserver.ReplyTo;
import io.durableserver.ServerContext;
import io.durableserver.ServerRef;
import io.durableserver.ServerStatus;
import io.durableserver.StopReason;
import io.durableserver.Termination;
import io.durableserver.config.Limits;
import io.durableserver.runtime.node.Probe.Ask;
import io.durableserver.runtime.node.Probe.AskLater;
import io.durableserver.runtime.node.Probe.Note;
import io.durableserver.runtime.node.Probe.State;
import io.durableserver.runtime.node.Probe.Tell;
import io.durableserver.runtime.testing.MemoryBackend;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A handler that says no: its turn is as if it had not been, its caller is told, and the server runs on. */
final class RejectionsTest extends ProbedNode {
    private static RejectedException no() {
        return new RejectedException("NO", "Not today", Map.of("until", "monday"));
    }

    private void assertRejected(Ask ask) {
        assertThatThrownBy(() -> ref().call(ask)).isInstanceOfSatisfying(RejectedException.class, rejected -> {
            assertThat(rejected.code()).isEqualTo("NO");
            assertThat(rejected.text()).isEqualTo("Not today");
            assertThat(rejected.details()).containsOnly(Map.entry("until", "monday"));
        });
    }

    /** It runs, and never stopped. */
    private void assertRunsOn(long state) {
        assertThat(ref().call(GET)).isEqualTo(state);
        assertThat(node.servers.admin().info("k").orElseThrow().epoch()).isEqualTo(1);
        assertThat(script.seen).noneMatch(seen -> seen.startsWith("terminate"));
    }

    @Test
    void aCallThatThrowsOrReturnsARejectionIsRefusedAndTheServerRunsOn() {
        ref().call(setSynced(7));
        long writes = writes();
        assertRejected(new Ask((state, self) -> {
            throw no();
        }));
        assertRejected(new Ask((state, self) -> Next.reject("NO", "Not today", Map.of("until", "monday"))));
        assertRejected(new Ask((state, self) -> {
            throw new CompletionException(new ExecutionException(no()));
        }));
        assertRunsOn(7);
        assertThat(writes()).isEqualTo(writes);
    }

    @Test
    void anyOtherExceptionStillCrashesTheServerAlsoOneThatHoldsARejection() {
        ref().call(setSynced(7));
        assertThatThrownBy(() -> ref().call(new Ask((state, self) -> {
                    throw new IOException("boom", no());
                })))
                .hasMessageContaining("boom");
        assertThat(ref().call(GET)).isEqualTo(7L);
        assertThat(node.servers.admin().info("k").orElseThrow().epoch()).isEqualTo(2);
    }

    @Test
    void anAsynchronousCallerIsRefusedTheSame() {
        assertThat(catchThrowable(() -> ref().callAsync(new Ask((state, self) -> {
                            throw no();
                        }))
                        .toCompletableFuture()
                        .get(5, TimeUnit.SECONDS)))
                .hasCauseInstanceOf(RejectedException.class);
    }

    @Test
    void castsOfTheTurnAreDropped() {
        ServerRef other = ref("other");
        assertRejected(new Ask((state, self) -> {
            other.cast(new Tell((s, me) -> Next.state(new State(99))));
            throw no();
        }));
        assertThat(other.call(GET)).isEqualTo(0L);
    }

    @Test
    void messagesToItselfAndTimersOfTheTurnAreTakenBackAndOnlyThey() {
        ref().call(new Ask((state, self) -> {
            self.ctx().sendAfter(Duration.ofMillis(20), new Note((s, me) -> Next.state(new State(s.n() + 1))));
            return Next.reply(0, state);
        }));
        assertRejected(new Ask((state, self) -> {
            self.ctx().send(new Note((s, me) -> Next.state(new State(s.n() + 100))));
            self.ctx().send(new Note((s, me) -> Next.state(new State(s.n() + 100))));
            self.ctx().sendAfter(Duration.ofMillis(1), new Note((s, me) -> Next.state(new State(s.n() + 1_000))));
            throw no();
        }));
        await().until(() -> ref().call(GET), n -> n.equals(1L));
        ref().call(new Ask((state, self) -> {
            self.ctx().send(new Note((s, me) -> Next.state(new State(s.n() + 10))));
            return Next.reply(0, state);
        }));
        await().until(() -> ref().call(GET), n -> !n.equals(1L));
        assertRunsOn(11);
    }

    @Test
    void aTimerThatFiresInTheTurnThatSetItIsTakenBackToo() {
        ref("other").call(GET);
        assertRejected(new Ask((state, self) -> {
            self.ctx().sendAfter(Duration.ZERO, new Note((s, me) -> Next.state(new State(s.n() + 1_000))));
            self.ctx().sendAfter(Duration.ofMillis(1), new Note((s, me) -> Next.state(new State(s.n() + 1_000))));
            CountDownLatch later = new CountDownLatch(1);
            node.scheduler.schedule(Duration.ofMillis(50), later::countDown);
            later.await();
            throw no();
        }));
        ref().call(new Ask((state, self) -> {
            self.ctx().sendAfter(Duration.ofMillis(50), new Note((s, me) -> Next.state(new State(s.n() + 1))));
            return Next.reply(0, state);
        }));
        await().until(() -> !ref().call(GET).equals(0L));
        assertRunsOn(1);
    }

    @Test
    void aReplyGivenToAnotherCallerInTheTurnIsTakenBackAndMayBeGivenLater() throws Exception {
        CompletableFuture<ReplyTo<Object>> open = new CompletableFuture<>();
        CompletableFuture<Object> waiting = ref().callAsync(new AskLater((state, self, replyTo) -> {
                    open.complete(replyTo);
                    return Next.state(state);
                }))
                .toCompletableFuture();
        assertRejected(new Ask((state, self) -> {
            open.join().reply("too early");
            throw no();
        }));
        assertThat(waiting).isNotDone();
        ref().call(new Ask((state, self) -> {
            open.join().reply("in time");
            return Next.reply(0, state);
        }));
        assertThat(waiting.get(5, TimeUnit.SECONDS)).isEqualTo("in time");
    }

    @Test
    void aDeferredCallIsRefusedAlsoAfterItsReplyInTheSameTurnAndLater() {
        assertThatThrownBy(() -> ref().call(new AskLater((state, self, replyTo) -> {
                    throw no();
                })))
                .isInstanceOf(RejectedException.class);
        assertThatThrownBy(() -> ref().call(new AskLater((state, self, replyTo) -> {
                    replyTo.reply("never seen");
                    return Next.reject("NO", "Not today");
                })))
                .isInstanceOf(RejectedException.class);
        assertThatThrownBy(() -> ref().call(new AskLater((state, self, replyTo) -> {
                    replyTo.fail(no());
                    return Next.state(state);
                })))
                .isInstanceOfSatisfying(
                        RejectedException.class,
                        rejected -> assertThat(rejected.details()).containsEntry("until", "monday"));
        assertRunsOn(0);
    }

    @Test
    void oneWayMessagesTimersAndContinuationsMayBeRefusedToo() {
        ref().cast(new Tell((state, self) -> {
            throw no();
        }));
        ref().cast(new Tell((state, self) -> Next.reject("NO", "Not today")));
        ref().call(new Ask((state, self) -> {
            self.ctx().send(new Note((s, me) -> {
                throw no();
            }));
            return Next.reply(0, new State(5)).thenContinue(new Note((s, me) -> Next.reject("NO", "Not today")));
        }));
        assertRunsOn(5);
    }

    @Test
    void theIdleTimeoutOfBeforeBeginsAnew() {
        ref().call(new Ask((state, self) -> Next.reply(0, state).idleTimeout(Duration.ofMillis(100))));
        assertRejected(new Ask((state, self) -> {
            throw no();
        }));
        await().until(() -> script.seen.contains("timeout"));
    }

    @Test
    void aRefusedTimeoutComesAgainUntilItIsTaken() {
        AtomicInteger times = new AtomicInteger();
        restart(Limits.DEFAULT, new Probe.Script() {
            @Override
            Next<State> timeout(State state) {
                if (times.incrementAndGet() < 3) {
                    throw no();
                }
                return Next.state(state);
            }
        });
        ref().call(new Ask((state, self) -> Next.reply(0, state).idleTimeout(Duration.ofMillis(5))));
        await().until(() -> times.get() == 3);
        assertThat(ref().call(GET)).isEqualTo(0L);
    }

    @Test
    void aRefusalLeavesOnlyAfterTheStateItWasDecidedOnIsStored() throws Exception {
        ref().call(GET);
        node.backend.hold(key -> key.endsWith("/k"));
        CompletableFuture<Object> strict = ref().callAsync(setSynced(1)).toCompletableFuture();
        CompletableFuture<Object> refused = ref().callAsync(new Ask((state, self) -> {
                    assertThat(state.n()).isEqualTo(1);
                    throw no();
                }))
                .toCompletableFuture();
        CountDownLatch ran = new CountDownLatch(1);
        ref().cast(new Tell((state, self) -> {
            ran.countDown();
            return Next.state(state);
        }));
        assertThat(ran.await(5, TimeUnit.SECONDS)).isTrue();
        assertThat(refused).isNotDone();
        node.backend.release();
        assertThat(strict.get(5, TimeUnit.SECONDS)).isEqualTo(1L);
        assertThat(catchThrowable(() -> refused.get(5, TimeUnit.SECONDS))).hasCauseInstanceOf(RejectedException.class);
    }

    @Test
    void aCallItWaitedForHasHappenedAndItsRejectionIsPassedOn() {
        ServerRef other = ref("other");
        assertRejected(new Ask((state, self) -> {
            other.call(set(3));
            throw no();
        }));
        assertThat(ref("other").call(GET)).isEqualTo(3L);
        assertRejected(new Ask((state, self) -> Next.reply(
                other.call(new Ask((s, me) -> {
                    throw no();
                })),
                state)));
        assertRejected(new Ask((state, self) -> Next.reply(
                other.callAsync(new Ask((s, me) -> {
                            throw no();
                        }))
                        .toCompletableFuture()
                        .join(),
                state)));
        assertRunsOn(0);
    }

    @Test
    void aRejectionOfInitRefusesTheStartAndLeavesNothingOfAFirstOne() {
        AtomicInteger starts = new AtomicInteger();
        restart(Limits.DEFAULT, new Probe.Script() {
            @Override
            Init<State> init(State state, ServerContext context) {
                if (starts.incrementAndGet() < 4) {
                    throw no();
                }
                return Init.ok(state);
            }
        });
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> ref()).isInstanceOf(RejectedException.class);
            assertThat(node.servers.admin().info("k")).isEmpty();
        }
        assertThat(ref().call(GET)).isEqualTo(0L);
    }

    @Test
    void aRejectionOfInitLeavesAStoredServerAsItWasFound() {
        AtomicInteger starts = new AtomicInteger();
        restart(Limits.DEFAULT, new Probe.Script() {
            @Override
            Init<State> init(State state, ServerContext context) {
                if (starts.incrementAndGet() == 2) {
                    throw no();
                }
                return Init.ok(state);
            }
        });
        ref().call(setSynced(8));
        node.servers.admin().terminate("k", Termination.GRACEFUL);
        assertThatThrownBy(() -> ref()).isInstanceOf(RejectedException.class);
        assertThat(node.servers.admin().info("k").orElseThrow().status()).isEqualTo(ServerStatus.STOPPED_GRACEFUL);
        assertThat(ref().call(GET)).isEqualTo(8L);
    }

    @Test
    void effectsOnARejectionAreAFaultOfTheHandler() {
        assertThatThrownBy(() -> ref().call(new Ask((state, self) -> {
                    Reply<State, Object> rejection = Next.reject("NO", "Not today");
                    return rejection.thenStop(StopReason.normal());
                })))
                .hasMessageContaining("A rejection has no state and no effects");
    }

    @Test
    void aRejectionOfAServerThatLosesItsStoreIsNotApplied() throws Exception {
        ref().call(GET);
        node.backend.hold(key -> key.endsWith("/k"));
        CompletableFuture<Object> strict = ref().callAsync(setSynced(1)).toCompletableFuture();
        CompletableFuture<Object> refused = ref().callAsync(new Ask((state, self) -> {
                    throw no();
                }))
                .toCompletableFuture();
        node.backend.fault(MemoryBackend.Fault.REFUSED_FOR_GOOD, key -> key.endsWith("/k"));
        node.backend.release();
        assertThat(catchThrowable(() -> strict.get(10, TimeUnit.SECONDS))).isInstanceOf(ExecutionException.class);
        assertThat(catchThrowable(() -> refused.get(10, TimeUnit.SECONDS)))
                .hasCauseInstanceOf(NotAppliedException.class);
    }
}
