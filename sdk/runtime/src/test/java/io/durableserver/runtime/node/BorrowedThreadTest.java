package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.durableserver.Call;
import io.durableserver.CallOptions;
import io.durableserver.Cast;
import io.durableserver.Init;
import io.durableserver.Next;
import io.durableserver.NotAppliedException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.ServerContext;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.StopReason;
import io.durableserver.StoredState;
import io.durableserver.SyncInfo;
import io.durableserver.Termination;
import io.durableserver.config.Limits;
import io.durableserver.runtime.node.Probe.Ask;
import io.durableserver.runtime.node.Probe.State;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A turn neither sees nor changes anything of its caller, and a caller's patience is its own. */
class BorrowedThreadTest extends ProbedNode {
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void release() {
        release.countDown();
    }

    private ServerRef probe(boolean inPlace) {
        if (inPlace) {
            node.close();
            node = LoneNode.start(Probe.type(script).inPlace());
        }
        ServerRef ref = ref();
        for (int i = 0; i < 3; i++) {
            assertThat((Long) ref.call(GET)).isZero();
        }
        return ref;
    }

    private Ask held(CountDownLatch inside, AtomicReference<@Nullable Throwable> thrown) {
        return new Ask((state, self) -> {
            inside.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                thrown.set(e);
                throw e;
            }
            return Next.reply(1L, new State(1));
        });
    }

    @Test
    void deadlineOfABlockingCallEndsItsWaitThoughTheTurnGoesOn() throws Exception {
        ServerRef ref = probe(false);
        CountDownLatch inside = new CountDownLatch(1);
        OutcomeUnknownException late = catchThrowableOfType(
                OutcomeUnknownException.class,
                () -> ref.call(held(inside, new AtomicReference<>()), CallOptions.timeout(Duration.ofMillis(100))));
        assertThat(late.reason()).isEqualTo(OutcomeUnknownException.Reason.DEADLINE);
        assertThat(inside.await(5, TimeUnit.SECONDS)).isTrue();
        NotAppliedException queued = catchThrowableOfType(
                NotAppliedException.class, () -> ref.call(set(7), CallOptions.timeout(Duration.ofMillis(100))));
        assertThat(queued.reason()).isEqualTo(NotAppliedException.Reason.DEADLINE_BEFORE_START);
        release();
        assertThat((Long) ref.call(GET))
                .as("the first was applied, the second withdrawn")
                .isEqualTo(1);
    }

    /** A caller on a thread of its own; it ends with what {@code call} threw, and whether its flag was set then. */
    private record Caller(Thread thread, CompletableFuture<@Nullable Throwable> end, CompletableFuture<Boolean> flag) {
        static Caller of(Runnable call) {
            CompletableFuture<@Nullable Throwable> end = new CompletableFuture<>();
            CompletableFuture<Boolean> flag = new CompletableFuture<>();
            Thread thread = new Thread(() -> {
                Throwable thrown = null;
                try {
                    call.run();
                } catch (Throwable e) {
                    thrown = e;
                }
                flag.complete(Thread.currentThread().isInterrupted());
                end.complete(thrown);
            });
            thread.start();
            return new Caller(thread, end, flag);
        }
    }

    @Test
    void interruptOfABlockingCallerEndsItsWaitAndDoesNotReachTheHandler() throws Exception {
        ServerRef ref = probe(false);
        CountDownLatch inside = new CountDownLatch(1);
        AtomicReference<@Nullable Throwable> inHandler = new AtomicReference<>();
        Caller begun = Caller.of(() -> ref.call(held(inside, inHandler)));
        assertThat(inside.await(5, TimeUnit.SECONDS)).isTrue();
        begun.thread().interrupt();
        assertThat(begun.end().get(5, TimeUnit.SECONDS))
                .isInstanceOfSatisfying(
                        OutcomeUnknownException.class,
                        e -> assertThat(e.reason()).isEqualTo(OutcomeUnknownException.Reason.INTERRUPTED));
        assertThat(begun.flag().get()).isTrue();
        Caller flagged = Caller.of(() -> {
            Thread.currentThread().interrupt();
            ref.call(set(7));
        });
        assertThat(flagged.end().get(5, TimeUnit.SECONDS)).isNotNull();
        assertThat(flagged.flag().get()).isTrue();
        release();
        assertThat((Long) ref.call(GET)).as("the server lives").isEqualTo(1);
        assertThat(inHandler).hasValue(null);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void interruptThatWasSetBeforeTheCallIsNotSeenByTheHandlerAndIsStillSetAfterwards(boolean inPlace)
            throws Exception {
        ServerRef ref = probe(inPlace);
        AtomicReference<@Nullable Boolean> seen = new AtomicReference<>();
        Caller caller = Caller.of(() -> {
            Thread.currentThread().interrupt();
            ref.call(new Ask((state, self) -> {
                seen.set(Thread.currentThread().isInterrupted());
                return Next.reply(1L, new State(5));
            }));
        });
        Throwable thrown = caller.end().get(5, TimeUnit.SECONDS);
        assertThat(caller.flag().get()).isTrue();
        if (inPlace) {
            assertThat(thrown).isNull();
        }
        assertThat((Long) ref.call(GET)).isIn(0L, 5L);
        assertThat(seen.get()).isNotEqualTo(true);
    }

    @Test
    void interruptOfACallerWhileItsTurnRunsInPlaceIsKeptForTheCaller() throws Exception {
        ServerRef ref = probe(true);
        AtomicReference<@Nullable Thread> borrowed = new AtomicReference<>();
        Caller caller = Caller.of(() -> {
            ref.call(new Ask((state, self) -> {
                borrowed.set(Thread.currentThread());
                Thread.currentThread().interrupt(); // as another thread would
                return Next.reply(1L, state);
            }));
        });
        assertThat(caller.end().get(5, TimeUnit.SECONDS)).isNull();
        assertThat(borrowed.get()).isSameAs(caller.thread());
        assertThat(caller.flag().get()).isTrue();
    }

    @Test
    void flagThatAHandlerLeavesIsSeenNeitherByItsCallerNorByTheNextTurn() throws Exception {
        ServerRef ref = probe(false);
        for (int i = 0; i < 50; i++) {
            ref.call(new Ask((state, self) -> {
                Thread.currentThread().interrupt();
                return Next.reply(1L, state);
            }));
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            assertThat((Boolean) ref.call(new Ask(
                            (state, self) -> Next.reply(Thread.currentThread().isInterrupted(), state))))
                    .isFalse();
        }
    }

    public record Mine(long n) {}

    public record Look() implements Call<Long> {}

    public record Hint() implements Cast {}

    /** Defines the probe anew, as an application in a child class loader would have it. */
    private static final class Child extends ClassLoader {
        Child() {
            super(Child.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.equals(Watching.class.getName())) {
                return super.loadClass(name, resolve);
            }
            try (InputStream code = Child.class.getResourceAsStream("/" + name.replace('.', '/') + ".class")) {
                byte[] bytes = code.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    /** Notes the context class loader wherever user code is entered. */
    public static final class Watching extends io.durableserver.DurableServer<Mine> {
        private final Set<ClassLoader> seen;

        public Watching(Set<ClassLoader> seen) {
            this.seen = seen;
            note();
        }

        private void note() {
            seen.add(Thread.currentThread().getContextClassLoader());
            Thread.currentThread().setContextClassLoader(null);
        }

        @Override
        protected void handlers(io.durableserver.Handlers<Mine> on) {
            on.call(Look.class, (state, look) -> {
                note();
                return Next.reply(1L, new Mine(state.n() + 1)).sync();
            });
            on.cast(Hint.class, (state, hint) -> {
                note();
                return Next.state(state);
            });
        }

        @Override
        protected Init<Mine> init(Mine state, ServerContext context) {
            note();
            return Init.ok(state);
        }

        @Override
        protected Object dump(Mine state) {
            note();
            return state;
        }

        @Override
        protected Mine load(ServerType<Mine> type, StoredState stored) {
            note();
            return stored.as(Mine.class);
        }

        @Override
        protected Mine onSync(SyncInfo info, Mine stored, Mine current) {
            note();
            return current;
        }

        @Override
        protected @Nullable Object terminate(StopReason reason, Mine state) {
            note();
            return null;
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @SuppressWarnings("unchecked")
    void contextClassLoaderIsThatOfTheServersClassWhereverItRuns(boolean inPlace) throws Exception {
        Child child = new Child();
        Class<?> watching = child.loadClass(Watching.class.getName());
        Set<ClassLoader> seen = java.util.Collections.synchronizedSet(new HashSet<>());
        ServerType<Mine> type = ServerType.of("watching", Mine.class, () -> {
            try {
                return (io.durableserver.DurableServer<Mine>)
                        watching.getConstructor(Set.class).newInstance(seen);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        });
        node.close();
        ClassLoader mine = Thread.currentThread().getContextClassLoader();
        try {
            node = LoneNode.start(inPlace ? type.inPlace() : type);
        } finally {
            Thread.currentThread().setContextClassLoader(mine);
        }
        seen.clear(); // registration runs on the thread that builds the node
        CompletableFuture<ServerRef> started = node.servers
                .ensureStartedAsync(type, "k", new Mine(0), io.durableserver.StartOptions.DEFAULT)
                .toCompletableFuture();
        ServerRef ref = started.get(5, TimeUnit.SECONDS);
        for (int i = 0; i < 5; i++) {
            ref.call(new Look());
            ref.callAsync(new Look()).toCompletableFuture().get(5, TimeUnit.SECONDS);
            ref.cast(new Hint());
        }
        assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(mine);
        node.servers.admin().terminate("k", Termination.GRACEFUL);
        assertThat(seen).containsExactly(child);
    }

    @Test
    void threadLocalsDoNotCrossBetweenACallerAndItsTurn() {
        ServerRef ref = probe(false);
        ThreadLocal<String> ambient = new ThreadLocal<>();
        ThreadLocal<String> left = new ThreadLocal<>();
        InheritableThreadLocal<String> inherited = new InheritableThreadLocal<>();
        ambient.set("secret");
        inherited.set("secret");
        for (int i = 0; i < 20; i++) {
            Object seen = ref("k-" + i).call(new Ask((state, self) -> {
                String mine = ambient.get() + " " + inherited.get();
                left.set("tenant");
                return Next.reply(mine, state);
            }));
            assertThat(seen).isEqualTo("null null");
            assertThat(left.get()).isNull();
        }
        assertThat((Long) ref.call(GET)).isZero();
    }

    @Test
    void aTurnInPlaceRunsOnItsCallerAndOneThatIsHandedOverDoesNot() {
        Thread me = Thread.currentThread();
        Ask where = new Ask((state, self) -> Next.reply(Thread.currentThread() == me, state));
        assertThat((Boolean) probe(false).call(where)).isFalse();
        assertThat((Boolean) probe(true).call(where)).isTrue();
        restart(Limits.DEFAULT, script);
        assertThat((Boolean) ref().call(where)).isFalse();
    }
}
