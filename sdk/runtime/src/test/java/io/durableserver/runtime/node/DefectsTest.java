package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import io.durableserver.CallOptions;
import io.durableserver.Codec;
import io.durableserver.DurableServerException;
import io.durableserver.Init;
import io.durableserver.Next;
import io.durableserver.Registration;
import io.durableserver.ServerContext;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.StopReason;
import io.durableserver.SyncPolicy;
import io.durableserver.Termination;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.config.Timeouts;
import io.durableserver.runtime.codec.JsonCodec;
import io.durableserver.runtime.jdk.JdkScheduler;
import io.durableserver.runtime.jdk.JdkTime;
import io.durableserver.runtime.node.Probe.Ask;
import io.durableserver.runtime.node.Probe.AskLater;
import io.durableserver.runtime.node.Probe.Note;
import io.durableserver.runtime.node.Probe.State;
import io.durableserver.runtime.node.Probe.Tell;
import io.durableserver.runtime.testing.FactPairs;
import io.durableserver.runtime.testing.LoneCluster;
import io.durableserver.runtime.testing.MemoryBackend;
import io.durableserver.runtime.testing.Tells;
import io.durableserver.runtime.testing.Told;
import io.durableserver.runtime.testing.Trap;
import io.durableserver.runtime.testing.UnexaminedCodec;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.ServerEvent;
import io.durableserver.spi.Session;
import io.durableserver.spi.TimeSource;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The runtime or what it stands on throws, at each step there is: every caller is answered, and nothing that was
 * acknowledged is lost.
 */
@Timeout(60)
class DefectsTest {
    private static final String ACTIVATION = "io.durableserver.runtime.activation.";
    private static final int MOST_STEPS = 200;

    /** Where it throws. */
    enum Where {
        CLOCK,
        TIMERS,
        CODEC,
        BACKEND,
        DIRECTORY
    }

    /** What a caller does to a server that is at 3, unsaved; the answer says what the server is at after it. */
    enum What {
        CALL {
            @Override
            CompletionStage<Object> start(DefectsTest test, ServerRef ref) {
                return ref.callAsync(set(4), BRIEF);
            }
        },
        BLOCKING_CALL {
            @Override
            CompletionStage<Object> start(DefectsTest test, ServerRef ref) {
                return CompletableFuture.completedFuture(ref.call(set(4), BRIEF));
            }
        },
        SYNCED_CALL {
            @Override
            CompletionStage<Object> start(DefectsTest test, ServerRef ref) {
                return ref.callAsync(
                        new Ask((state, self) -> Next.reply(4L, new State(4)).sync()), BRIEF);
            }
        },
        EVERYTHING {
            @Override
            CompletionStage<Object> start(DefectsTest test, ServerRef ref) {
                return ref.callAsync(
                        new Ask((state, self) -> Next.reply(4L, new State(4))
                                .metadata(Map.of("a", "b"))
                                .idleTimeout(Duration.ofHours(1))
                                .hibernate()
                                .thenContinue(new Note((s, me) -> Next.state(s)))
                                .sync()),
                        BRIEF);
            }
        },
        DEFERRED {
            @Override
            CompletionStage<Object> start(DefectsTest test, ServerRef ref) {
                return ref.callAsync(
                        new AskLater((state, self, replyTo) -> {
                            self.ctx().send(new Note((s, me) -> {
                                replyTo.reply(4L);
                                return Next.state(new State(4));
                            }));
                            return Next.state(state);
                        }),
                        BRIEF);
            }
        },
        CAST_AND_CALL {
            @Override
            CompletionStage<Object> start(DefectsTest test, ServerRef ref) {
                ref.cast(new Tell((state, self) -> Next.state(new State(4))));
                return ref.callAsync(new Ask((state, self) -> Next.reply(state.n(), state)), BRIEF);
            }
        },
        CALL_THAT_STOPS {
            @Override
            CompletionStage<Object> start(DefectsTest test, ServerRef ref) {
                return ref.callAsync(
                        new Ask((state, self) -> Next.reply(4L, new State(4)).thenStop(StopReason.normal())), BRIEF);
            }
        },
        TERMINATE {
            @Override
            CompletionStage<Object> start(DefectsTest test, ServerRef ref) {
                return test.node
                        .admin()
                        .terminateAsync(ref.key(), Termination.GRACEFUL)
                        .thenApply(stopped -> stopped ? 3L : -1L);
            }
        },
        RESTART {
            @Override
            CompletionStage<Object> start(DefectsTest test, ServerRef ref) {
                test.node.admin().terminate(ref.key(), Termination.GRACEFUL);
                return test.node
                        .startAsync(test.type, ref.key(), new State(-1), io.durableserver.StartOptions.DEFAULT)
                        .thenApply(started -> 3L);
            }
        };

        abstract CompletionStage<Object> start(DefectsTest test, ServerRef ref);
    }

    private static final CallOptions BRIEF = CallOptions.timeout(Duration.ofSeconds(10));
    private static final Ask GET = new Ask((state, self) -> Next.reply(state.n(), state));

    private static Ask set(long n) {
        return new Ask((state, self) -> Next.reply(n, new State(n)));
    }

    private final Map<Where, Trap> traps = Map.of(
            Where.CLOCK,
            new Trap(),
            Where.TIMERS,
            new Trap(),
            Where.CODEC,
            new Trap(),
            Where.BACKEND,
            new Trap(),
            Where.DIRECTORY,
            new Trap());

    private Trap trap(Where where) {
        return java.util.Objects.requireNonNull(traps.get(where));
    }

    private final ServerType<State> type = Probe.type(new Probe.Script() {
                @Override
                Init<State> init(State state, ServerContext context) {
                    return Init.ok(state).metadata(Map.of("x", "y"));
                }
            })
            .syncPolicy(SyncPolicy.manual(Duration.ZERO))
            .stateCodec(new Codec() {
                @Override
                public String name() {
                    return "json";
                }

                @Override
                public byte[] encode(@Nullable Object value, Type valueType) {
                    trap(Where.CODEC).stepIn(ACTIVATION);
                    return JsonCodec.INSTANCE.encode(value, valueType);
                }

                @Override
                public @Nullable Object decode(byte[] bytes, Type valueType) {
                    trap(Where.CODEC).stepIn(ACTIVATION);
                    return JsonCodec.INSTANCE.decode(bytes, valueType);
                }
            });
    private final Told told = new Told();
    private final MemoryBackend backend = new MemoryBackend();
    private final JdkScheduler threads = JdkScheduler.create("test");
    private DurableNode node;

    @BeforeEach
    void start() {
        LoneCluster cluster = new LoneCluster(new Session("n", "i"));
        JdkTime time = new JdkTime();
        TimeSource trappedTime = new TimeSource() {
            @Override
            public long nanoTime() {
                trap(Where.CLOCK).stepIn(ACTIVATION);
                return time.nanoTime();
            }

            @Override
            public long wallMillis() {
                trap(Where.CLOCK).stepIn(ACTIVATION);
                return time.wallMillis();
            }
        };
        Scheduler trappedScheduler = new Scheduler() {
            @Override
            public Executor turns() {
                return threads.turns();
            }

            @Override
            public Executor internal() {
                return threads.internal();
            }

            @Override
            public Registration schedule(Duration delay, Runnable task) {
                trap(Where.TIMERS).stepIn(ACTIVATION);
                return threads.schedule(delay, task);
            }

            @Override
            public boolean canBlock() {
                return true;
            }

            @Override
            public void close() {}
        };
        io.durableserver.spi.Backend trappedBackend =
                trapped(io.durableserver.spi.Backend.class, backend, trap(Where.BACKEND));
        cluster.trap(trap(Where.DIRECTORY));
        DurableServersConfig config = DurableServersConfig.builder()
                .prefix("t/")
                .backend(context -> trappedBackend)
                .type(type)
                .messageCodec(UnexaminedCodec.INSTANCE)
                .events(told)
                .timeouts(Timeouts.builder()
                        .write(Duration.ofSeconds(1))
                        .drain(Duration.ofSeconds(5))
                        .build())
                .build();
        node = DurableNode.start(config, cluster.with(trappedScheduler, trappedTime), wanted -> Optional.empty());
        node.awaitReady(Duration.ofSeconds(5));
    }

    private static <T> T trapped(Class<T> spi, T real, Trap trap) {
        return spi.cast(Proxy.newProxyInstance(spi.getClassLoader(), new Class<?>[] {spi}, (proxy, method, args) -> {
            boolean record = args != null && args.length > 0 && args[0] instanceof String key && !key.contains("__");
            if (record) {
                trap.step();
            }
            try {
                return method.invoke(real, args);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }));
    }

    @AfterEach
    void close() {
        traps.values().forEach(Trap::disarm);
        node.close();
        threads.close();
        FactPairs.assertComplete(told.all());
    }

    @Test
    @Tells(ServerEvent.Failed.class)
    void serverInWhichTheRuntimeFailsIsTold() throws Exception {
        int n = 1;
        while (throwsAt(What.CALL_THAT_STOPS, Where.CLOCK, n)) {
            n++;
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyCallerIsAnsweredAndNothingAcknowledgedIsLost(What what) throws Exception {
        for (Where where : Where.values()) {
            int n = 1;
            while (throwsAt(what, where, n)) {
                n++;
                assertThat(n).as("steps of %s in %s", what, where).isLessThan(MOST_STEPS);
            }
        }
    }

    /** False when there are fewer steps than that. */
    private boolean throwsAt(What what, Where where, int step) throws Exception {
        String as = what + ", " + where + " throws at step " + step;
        String key = what + "-" + where + "-" + step;
        ServerRef ref = node.ensureStarted(type, key, new State(1));
        ref.call(new Ask((state, self) -> Next.reply(2L, new State(2)).sync()));
        ref.call(set(3));
        Trap trap = trap(where);
        trap.arm(step);
        Object answer = null;
        try {
            answer = what.start(this, ref).toCompletableFuture().get(8, TimeUnit.SECONDS);
        } catch (TimeoutException nobodyAnswers) {
            fail(as + ": nobody answers", trap.last());
        } catch (ExecutionException | CompletionException failed) {
            assertThat(failed.getCause()).as(as).isInstanceOf(DurableServerException.class);
        } catch (DurableServerException | IllegalStateException | AssertionError refused) {
            assertThat(refused.getMessage()).as(as).doesNotContain("deadline");
        }
        boolean sprung = trap.isSprung();
        trap.disarm();
        Object now = await(as + " at " + trap.last().getStackTrace()[4]).until(() -> get(ref), n -> n >= 0);
        if (answer == null) {
            boolean toldOfLoss = where == Where.CODEC && (what == What.TERMINATE || what == What.RESTART);
            assertThat(now).as(as + ": the answer was an error").isIn(toldOfLoss ? 2L : 3L, 3L, 4L);
        } else {
            assertThat(now).as(as + ": acknowledged").isEqualTo(answer);
        }
        return sprung;
    }

    /** What the server is at; -1 while it cannot be asked. */
    private static long get(ServerRef ref) {
        try {
            return (Long) ref.call(GET);
        } catch (DurableServerException notNow) {
            return -1;
        }
    }
}
