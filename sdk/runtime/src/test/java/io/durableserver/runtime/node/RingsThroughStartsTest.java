package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.durableserver.HandlerFailedException;
import io.durableserver.Init;
import io.durableserver.Next;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.ServerContext;
import io.durableserver.ServerRef;
import io.durableserver.StartOptions;
import io.durableserver.Termination;
import io.durableserver.config.Limits;
import io.durableserver.runtime.node.Probe.Ask;
import io.durableserver.runtime.node.Probe.State;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Servers that wait for each other through an {@code init}: refused at once, not at a deadline. */
final class RingsThroughStartsTest extends ProbedNode {
    private static final Ask NOTHING = new Ask((state, self) -> Next.reply(0, state));

    /** What the call in {@code init} ended with. */
    private final AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();

    private final Probe.Script callsBack = new Probe.Script() {
        @Override
        Init<State> init(State state, ServerContext context) {
            if (context.key().equals("q")) {
                thrown.set(catchThrowable(() -> context.servers()
                        .ref(Probe.type(this), state.n() == 7 ? "q" : "p")
                        .call(GET)));
            }
            return Init.ok(state);
        }
    };

    @BeforeEach
    void withServersThatCallBack() {
        restart(Limits.DEFAULT, callsBack);
    }

    private ServerRef ref(String key, long n) {
        return node.servers.ensureStarted(Probe.type(callsBack), key, new State(n));
    }

    private void assertRing(String ring) {
        assertThat(thrown.get()).isInstanceOfSatisfying(NotAppliedException.class, e -> {
            assertThat(e.reason()).isEqualTo(Reason.CALL_RING);
            assertThat(e.context()).containsEntry("ring", ring);
        });
    }

    @Test
    void initOfARevivedServerCannotCallTheOneThatCalledIt() {
        ref("q", 0);
        node.servers.admin().terminate("q", Termination.GRACEFUL);
        assertThat(thrown.getAndSet(null)).isInstanceOf(NotAppliedException.class);
        ServerRef p = ref("p", 0);
        p.call(new Ask((state, self) -> {
            self.ctx().servers().ref(Probe.type(callsBack), "q").call(NOTHING);
            return Next.reply(0, state);
        }));
        assertRing("p -> q -> p");
    }

    @Test
    void initOfAStartedServerCannotCallTheOneThatStartedIt() {
        ref("p", 0).call(new Ask((state, self) -> {
            self.ctx()
                    .servers()
                    .startAsync(Probe.type(callsBack), "q", new State(0), StartOptions.DEFAULT)
                    .toCompletableFuture()
                    .join();
            return Next.reply(0, state);
        }));
        assertRing("p -> q -> p");
    }

    @Test
    void initOfAnEnsuredServerCannotCallTheOneThatEnsuredIt() {
        ref("p", 0).call(new Ask((state, self) -> {
            self.ctx()
                    .servers()
                    .ensureStartedAsync(Probe.type(callsBack), "q", new State(0), StartOptions.DEFAULT)
                    .toCompletableFuture()
                    .join();
            return Next.reply(0, state);
        }));
        assertRing("p -> q -> p");
    }

    @Test
    void initCannotCallItsOwnServer() {
        ref("q", 7);
        assertRing("q -> q");
    }

    @Test
    void initCannotWaitForTheStartItIsPartOf() {
        Probe.Script impatient = new Probe.Script() {
            @Override
            Init<State> init(State state, ServerContext context) {
                thrown.set(catchThrowable(() -> context.servers()
                        .ensureStartedAsync(Probe.type(this), context.key(), state, StartOptions.DEFAULT)
                        .toCompletableFuture()
                        .join()));
                return Init.ok(state);
            }
        };
        restart(Limits.DEFAULT, impatient);
        node.servers.ensureStarted(Probe.type(impatient), "q", new State(0));
        assertThat(thrown.get()).isInstanceOf(CompletionException.class);
        thrown.set(thrown.get().getCause());
        assertRing("q -> q");
    }

    @Test
    void startOfAServerThatRunsIsNoRing() {
        ServerRef p = ref("p", 0);
        Object key = p.call(new Ask((state, self) -> Next.reply(
                self.ctx()
                        .servers()
                        .ensureStartedAsync(Probe.type(callsBack), "p", new State(0), StartOptions.DEFAULT)
                        .toCompletableFuture()
                        .join()
                        .key(),
                state)));
        assertThat(key).isEqualTo("p");
    }

    @Test
    void callerOfAServerWhoseInitLetsTheRingThroughIsToldOfIt() {
        Probe.Script throwsIt = new Probe.Script() {
            @Override
            Init<State> init(State state, ServerContext context) {
                if (context.key().equals("q")) {
                    context.servers().ref(Probe.type(this), "p").call(GET);
                }
                return Init.ok(state);
            }
        };
        restart(Limits.DEFAULT, throwsIt);
        ServerRef p = node.servers.ensureStarted(Probe.type(throwsIt), "p", new State(0));
        Object error = p.call(new Ask((state, self) -> Next.reply(
                catchThrowable(() -> self.ctx()
                        .servers()
                        .startAsync(Probe.type(throwsIt), "q", new State(0), StartOptions.DEFAULT)
                        .toCompletableFuture()
                        .join()),
                state)));
        assertThat(error).isInstanceOf(CompletionException.class);
        assertThat(((Throwable) error).getCause())
                .isInstanceOfSatisfying(
                        HandlerFailedException.class,
                        e -> assertThat(e.errorType()).isEqualTo(NotAppliedException.class.getName()));
    }
}
