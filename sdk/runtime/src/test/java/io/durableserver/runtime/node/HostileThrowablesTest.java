package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.durableserver.HandlerFailedException;
import io.durableserver.Next;
import io.durableserver.ServerRef;
import io.durableserver.ServerStatus;
import io.durableserver.config.Limits;
import io.durableserver.runtime.node.Probe.Ask;
import io.durableserver.runtime.node.Probe.AskLater;
import io.durableserver.runtime.node.Probe.State;
import io.durableserver.runtime.node.Probe.Tell;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What user code throws may do anything when it is asked: its caller is told all the same, and the last state is stored. */
final class HostileThrowablesTest extends ProbedNode {
    @SuppressWarnings("serial")
    static final class Hostile extends RuntimeException {
        @Override
        public String getMessage() {
            throw new IllegalStateException("getMessage");
        }

        @Override
        public String getLocalizedMessage() {
            throw new IllegalStateException("getLocalizedMessage");
        }

        @Override
        public synchronized Throwable getCause() {
            throw new IllegalStateException("getCause");
        }

        @Override
        public StackTraceElement[] getStackTrace() {
            throw new IllegalStateException("getStackTrace");
        }

        @Override
        public String toString() {
            throw new IllegalStateException("toString");
        }

        @Override
        public int hashCode() {
            throw new IllegalStateException("hashCode");
        }

        @Override
        @SuppressWarnings("EqualsHashCode")
        public boolean equals(@Nullable Object other) {
            throw new IllegalStateException("equals");
        }
    }

    @SuppressWarnings({"serial", "NullAway"})
    static final class Empty extends Error {
        @Override
        public @Nullable String getMessage() {
            return null;
        }

        @Override
        public StackTraceElement[] getStackTrace() {
            return null;
        }
    }

    @SuppressWarnings("serial")
    static final class Endless extends RuntimeException {
        @Override
        @SuppressWarnings("InfiniteRecursion")
        public String getMessage() {
            return getMessage() + "!";
        }

        @Override
        public synchronized Throwable getCause() {
            return new Endless();
        }
    }

    enum Kind {
        HOSTILE(Hostile::new),
        EMPTY(Empty::new),
        ENDLESS(Endless::new),
        CIRCLE(() -> {
            RuntimeException first = new RuntimeException("first");
            first.initCause(new RuntimeException("second", first));
            return first;
        }),
        LONG(() -> new IllegalStateException("x".repeat(3_000_000))),
        CHECKED(() -> new IOException("disk")),
        INTERRUPTED(() -> new InterruptedException("stop")),
        @SuppressWarnings({"removal", "deprecation"})
        THREAD_DEATH(ThreadDeath::new),
        OVERFLOW(StackOverflowError::new),
        OUT_OF_MEMORY(() -> new OutOfMemoryError("pretended")),
        LINKAGE(() -> new NoClassDefFoundError("gone")),
        BARE(() -> new Throwable("neither exception nor error"));

        @SuppressWarnings("ImmutableEnumChecker") // makes a new one each time
        final Supplier<Throwable> make;

        Kind(Supplier<Throwable> make) {
            this.make = make;
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    static <E extends Throwable> RuntimeException sneak(Throwable thrown) throws E {
        throw (E) thrown;
    }

    @SuppressWarnings("TypeParameterUnusedInFormals") // it never returns
    private static <T> T raise(Kind kind) {
        throw HostileThrowablesTest.<RuntimeException>sneak(kind.make.get());
    }

    private void assertComesBack(ServerRef ref) {
        assertThat(ref.call(GET)).as("the state before").isEqualTo(4L);
    }

    @ParameterizedTest
    @EnumSource
    void callerOfAHandlerIsToldAndTheLastStateIsStored(Kind kind) {
        ServerRef ref = ref();
        ref.call(set(4));
        HandlerFailedException told = catchThrowableOfType(
                HandlerFailedException.class, () -> ref.call(new Ask((state, self) -> raise(kind))));
        assertThat(told.errorType()).isEqualTo(kind.make.get().getClass().getName());
        assertThat(node.servers.admin().info("k").orElseThrow().status()).isEqualTo(ServerStatus.CRASHED);
        assertComesBack(ref);
    }

    @ParameterizedTest
    @EnumSource
    void asynchronousCallerIsTold(Kind kind) {
        ServerRef ref = ref();
        ref.call(set(4));
        CompletableFuture<Object> end =
                ref.callAsync(new Ask((state, self) -> raise(kind))).toCompletableFuture();
        assertThat(catchThrowableOfType(ExecutionException.class, () -> end.get(5, TimeUnit.SECONDS)))
                .hasCauseInstanceOf(HandlerFailedException.class);
        assertComesBack(ref);
    }

    @ParameterizedTest
    @EnumSource
    void castThatFailsStoresTheLastState(Kind kind) {
        ServerRef ref = ref();
        ref.call(set(4));
        ref.cast(new Tell((state, self) -> raise(kind)));
        assertComesBack(ref);
    }

    @ParameterizedTest
    @EnumSource
    void deferredFailureIsTold(Kind kind) {
        HandlerFailedException told = catchThrowableOfType(
                HandlerFailedException.class,
                () -> ref().call(new AskLater((state, self, replyTo) -> {
                    replyTo.fail(kind.make.get());
                    return Next.state(state);
                })));
        assertThat(told.errorType()).isEqualTo(kind.make.get().getClass().getName());
    }

    @ParameterizedTest
    @EnumSource
    void callbacksOfAStopThatFailDoNotHoldUpTheStop(Kind kind) {
        restart(Limits.DEFAULT, new Probe.Script() {
            @Override
            @Nullable
            Object terminate(io.durableserver.StopReason reason, State state) {
                return raise(kind);
            }

            @Override
            void afterTerminate(@Nullable Object result, io.durableserver.StopInfo info) {
                raise(kind);
            }
        });
        ServerRef ref = ref();
        ref.call(set(4));
        assertThat(node.servers.admin().terminate("k", io.durableserver.Termination.GRACEFUL))
                .isTrue();
        assertComesBack(ref);
    }

    @ParameterizedTest
    @EnumSource
    void startThatFailsIsTold(Kind kind) {
        for (boolean inLoad : new boolean[] {true, false}) {
            restart(Limits.DEFAULT, new Probe.Script() {
                @Override
                State load(io.durableserver.ServerType<State> type, io.durableserver.StoredState stored) {
                    return inLoad ? raise(kind) : stored.as(State.class);
                }

                @Override
                io.durableserver.Init<State> init(State state, io.durableserver.ServerContext context) {
                    return raise(kind);
                }
            });
            HandlerFailedException told = catchThrowableOfType(HandlerFailedException.class, this::ref);
            assertThat(told.errorType()).isEqualTo(kind.make.get().getClass().getName());
        }
    }

    @ParameterizedTest
    @EnumSource
    void onSyncThatFailsLeavesTheServerRunning(Kind kind) {
        restart(Limits.DEFAULT, new Probe.Script() {
            @Override
            State onSync(io.durableserver.SyncInfo info, State stored, State current) {
                seen.add("onSync");
                return raise(kind);
            }
        });
        ServerRef ref = ref();
        long epoch = node.servers.admin().lookup("k").orElseThrow().epoch();
        ref.call(setSynced(3));
        ref.call(setSynced(4));
        assertComesBack(ref);
        assertThat(node.servers.admin().lookup("k").orElseThrow().epoch()).isEqualTo(epoch);
    }

    @Test
    void nullAsTheErrorOfADeferredReplyIsTold() {
        HandlerFailedException told = catchThrowableOfType(
                HandlerFailedException.class,
                () -> ref().call(new AskLater((state, self, replyTo) -> {
                    fail(replyTo);
                    return Next.state(state);
                })));
        assertThat(told.errorType()).isEqualTo(NullPointerException.class.getName());
        await().until(() -> ref().call(GET), n -> n.equals(0L));
    }

    @SuppressWarnings("NullAway") // user code is not checked
    private static void fail(io.durableserver.ReplyTo<Object> replyTo) {
        replyTo.fail(null);
    }
}
