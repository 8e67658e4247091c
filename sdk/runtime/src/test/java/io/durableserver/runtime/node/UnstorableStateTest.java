package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.durableserver.DurableServerException;
import io.durableserver.Init;
import io.durableserver.Next;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.ServerContext;
import io.durableserver.ServerRef;
import io.durableserver.ServerStatus;
import io.durableserver.SyncPolicy;
import io.durableserver.Termination;
import io.durableserver.config.Limits;
import io.durableserver.runtime.node.Probe.Ask;
import io.durableserver.runtime.node.Probe.AskLater;
import io.durableserver.runtime.node.Probe.Note;
import io.durableserver.runtime.node.Probe.State;
import io.durableserver.runtime.node.Probe.Tell;
import io.durableserver.runtime.testing.MemoryBackend.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A state that can never be stored: whoever relies on it is told, under every policy, and nothing goes on without it. */
final class UnstorableStateTest extends ProbedNode {
    private static final Limits SMALL = Limits.builder().stateBytes(1 << 10).build();
    private static final long BAD = 99;

    private final Queue<ServerContext> contexts = new ConcurrentLinkedQueue<>();

    enum Kind {
        TOO_LARGE {
            @Override
            Object dump() {
                return Map.of("n", "x".repeat(5_000));
            }
        },
        NULL_KEY {
            @Override
            Object dump() {
                Map<@Nullable String, String> map = new HashMap<>();
                map.put(null, "x");
                return map;
            }
        },
        CYCLIC {
            @Override
            Object dump() {
                List<Object> list = new ArrayList<>();
                list.add(list);
                return list;
            }
        },
        THROWS {
            @Override
            Object dump() {
                throw new IllegalStateException("not now");
            }
        },
        OVERFLOWS {
            @Override
            @SuppressWarnings("InfiniteRecursion")
            Object dump() {
                return List.of(dump());
            }
        },
        OUT_OF_MEMORY {
            @Override
            Object dump() {
                throw new OutOfMemoryError("pretended");
            }
        },
        NOTHING {
            @Override
            @SuppressWarnings("NullAway") // user code is not checked
            Object dump() {
                return null;
            }
        };

        abstract Object dump();
    }

    private void restart(Kind kind, SyncPolicy policy) {
        restart(SMALL, new Probe.Script() {
            @Override
            Init<State> init(State state, ServerContext context) {
                contexts.add(context);
                return Init.ok(state).syncPolicy(policy);
            }

            @Override
            Object dump(State state) {
                return state.n() == BAD ? kind.dump() : state;
            }
        });
    }

    private static DurableServerException error(ThrowingCallable call) {
        return catchThrowableOfType(DurableServerException.class, call);
    }

    private static void assertNamed(Kind kind, DurableServerException error) {
        assertThat(error).as(kind.name()).isNotNull();
        assertThat(error.code())
                .isIn("STATE_TOO_LARGE", "NOT_ENCODABLE")
                .satisfies(code -> assertThat(code.equals("STATE_TOO_LARGE")).isEqualTo(kind == Kind.TOO_LARGE));
    }

    private static void assertTold(Kind kind, DurableServerException error) {
        switch (kind) {
            case TOO_LARGE, NULL_KEY, CYCLIC -> assertNamed(kind, error);
            case THROWS -> assertThat(error).hasMessageContaining("not now");
            case OVERFLOWS -> assertThat(error.code()).isEqualTo("java.lang.StackOverflowError");
            case OUT_OF_MEMORY -> assertThat(error).hasMessageContaining("pretended");
            case NOTHING -> assertThat(error).hasMessageContaining("dump");
        }
        assertThat(error.toString()).contains("k");
    }

    @ParameterizedTest
    @EnumSource
    void inTheBackgroundTheServerFailsAndTheNextCallerIsTold(Kind kind) {
        restart(kind, SyncPolicy.manual(Duration.ofMillis(1)));
        ServerRef ref = ref();
        ref.call(setSynced(5));
        ref.call(set(BAD));
        await().until(() -> !isServing());
        assertTold(kind, error(() -> ref.call(GET)));
        assertThat(ref.call(GET)).as("the last stored state").isEqualTo(5L);
    }

    /** As the server itself sees it: asking it from outside would be the message that is told. */
    private boolean isServing() {
        try {
            contexts.element().send(new Note((state, self) -> Next.state(state)));
            return true;
        } catch (NotAppliedException over) {
            return false;
        }
    }

    @ParameterizedTest
    @EnumSource
    void onChangeItsOwnCallerIsToldAndTheStateBeforeItStays(Kind kind) {
        restart(kind, SyncPolicy.onChange());
        ServerRef ref = ref();
        ref.call(setSynced(5));
        assertTold(kind, error(() -> ref.call(set(BAD))));
        assertThat(ref.call(GET)).isEqualTo(5L);
    }

    @ParameterizedTest
    @EnumSource
    void strictTurnIsRefusedAndWhatWasAcknowledgedBeforeItIsStored(Kind kind) {
        restart(kind, SyncPolicy.manual(Duration.ZERO));
        ServerRef ref = ref();
        ref.call(setSynced(5));
        ref.call(set(6));
        assertTold(kind, error(() -> ref.call(setSynced(BAD))));
        assertThat(node.servers.admin().info("k").orElseThrow().status()).isEqualTo(ServerStatus.CRASHED);
        assertThat(ref.call(GET)).as("acknowledged, and never stored before").isEqualTo(6L);
    }

    @ParameterizedTest
    @EnumSource
    void turnThatStopsWithItIsRefused(Kind kind) {
        restart(kind, SyncPolicy.manual(Duration.ZERO));
        ServerRef ref = ref();
        ref.call(set(6));
        assertTold(
                kind,
                error(() -> ref.call(new Ask((state, self) ->
                        Next.reply(0, new State(BAD)).thenStop(io.durableserver.StopReason.normal())))));
        assertThat(ref.call(GET)).isEqualTo(6L);
    }

    @ParameterizedTest
    @EnumSource
    void stopSaysThatItCouldNotBeStored(Kind kind) {
        restart(kind, SyncPolicy.manual(Duration.ZERO));
        ServerRef ref = ref();
        ref.call(setSynced(5));
        ref.call(set(BAD));
        assertTold(kind, error(() -> node.servers.admin().terminate("k", Termination.GRACEFUL)));
        assertThat(ref.call(GET)).isEqualTo(5L);
    }

    @Test
    void deleteNeedsNoState() {
        restart(Kind.THROWS, SyncPolicy.manual(Duration.ZERO));
        ref().call(set(BAD));
        assertThat(node.servers.admin().terminate("k", Termination.DELETE)).isTrue();
        assertThat(node.servers.admin().info("k")).isEmpty();
    }

    @Test
    void behindAWriteInFlightTheNextCallerIsTold() {
        restart(Kind.TOO_LARGE, SyncPolicy.onChange());
        ServerRef ref = ref();
        node.backend.hold(key -> key.equals("t/k"));
        ref.call(set(1));
        await().until(() -> node.backend.held() == 1);
        ref.call(set(BAD));
        node.backend.release();
        await().until(() -> !isServing());
        assertNamed(Kind.TOO_LARGE, error(() -> ref.call(GET)));
        assertThat(ref.call(GET)).isEqualTo(1L);
    }

    @Test
    void whoeverStartsItNextIsToldAsWell() {
        restart(Kind.TOO_LARGE, SyncPolicy.manual(Duration.ofMillis(1)));
        ServerRef ref = ref();
        ref.call(set(BAD));
        await().until(() -> !isServing());
        assertNamed(Kind.TOO_LARGE, error(() -> node.servers.start(Probe.type(new Probe.Script()), "k", new State(0))));
        assertThat(ref.call(GET)).isEqualTo(0L);
    }

    @Test
    void castToItTellsNobodySoTheNextCallerIsTold() {
        restart(Kind.TOO_LARGE, SyncPolicy.manual(Duration.ofMillis(1)));
        ServerRef ref = ref();
        ref.call(set(BAD));
        await().until(() -> !isServing());
        ref.cast(new Tell((state, self) -> Next.state(new State(7))));
        assertNamed(Kind.TOO_LARGE, error(() -> ref.call(GET)));
        assertThat(ref.call(GET)).isEqualTo(0L);
    }

    @Test
    void everybodyWhoWaitsIsTold() throws Exception {
        restart(Kind.TOO_LARGE, SyncPolicy.manual(Duration.ofMillis(1)));
        ServerRef ref = ref();
        CompletableFuture<Object> deferred = ref.callAsync(new AskLater((state, self, replyTo) -> Next.state(state)))
                .toCompletableFuture();
        ref.call(set(BAD));
        DurableServerException told = (DurableServerException)
                deferred.handle((value, failure) -> failure).get(5, TimeUnit.SECONDS);
        assertThat(told.code()).isEqualTo("OWNER_LOST");
        await().until(() -> ref.call(GET), n -> n.equals(0L));
    }

    @Test
    void storeThatIsDownOnlyMakesItWait() {
        restart(Kind.THROWS, SyncPolicy.manual(Duration.ofMillis(1)));
        ServerRef ref = ref();
        node.backend.fault(Fault.REFUSED, key -> key.equals("t/k"));
        ref.call(set(3));
        for (int i = 0; i < 20; i++) {
            assertThat(ref.call(GET)).isEqualTo(3L);
        }
        node.backend.fault(Fault.NONE, key -> false);
        await().until(() -> new String(node.backend.read("t/k").orElseThrow(), java.nio.charset.StandardCharsets.UTF_8)
                .contains("{\"n\":3}"));
    }

    @Test
    void recordTheStoreFindsTooLargeIsAsGoodAsNone() {
        restart(Kind.THROWS, SyncPolicy.manual(Duration.ofMillis(1)));
        ServerRef ref = ref();
        node.backend.fault(Fault.TOO_LARGE, key -> key.equals("t/k"));
        ref.call(set(3));
        await().until(() -> !isServing());
        node.backend.fault(Fault.NONE, key -> false);
        assertThat(catchThrowableOfType(NotAppliedException.class, () -> ref.call(GET))
                        .reason())
                .isEqualTo(Reason.STATE_TOO_LARGE);
        assertThat(ref.call(GET)).isEqualTo(0L);
    }
}
