package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.durableserver.config.DurableServersConfig;
import io.durableserver.config.LeaseConfig;
import io.durableserver.runtime.jdk.JdkScheduler;
import io.durableserver.runtime.jdk.JdkTime;
import io.durableserver.runtime.testing.LoneCluster;
import io.durableserver.runtime.testing.MemoryBackend;
import io.durableserver.spi.Backend;
import io.durableserver.spi.Session;
import io.durableserver.spi.WriteResult;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A backend of an application may throw, answer with nothing, or fail with what throws when it is asked: the node lives on. */
@Timeout(60)
class HostileStoreTest {
    enum Manner {
        THROWS(() -> {
            throw new HostileThrowablesTest.Hostile();
        }),
        ANSWERS_NOTHING(() -> null),
        FAILS(() -> CompletableFuture.failedFuture(new HostileThrowablesTest.Hostile())),
        FAILS_WITH_AN_ERROR(() -> CompletableFuture.failedFuture(new HostileThrowablesTest.Empty()));

        @SuppressWarnings("ImmutableEnumChecker") // lambdas without a state
        private final Answer answer;

        Manner(Answer answer) {
            this.answer = answer;
        }
    }

    private interface Answer {
        @Nullable
        CompletableFuture<?> get();
    }

    private final MemoryBackend memory = new MemoryBackend();
    private final JdkScheduler scheduler = JdkScheduler.create("hostile");
    private final AtomicInteger asked = new AtomicInteger();
    private volatile Function<String, Optional<Answer>> hostility = method -> Optional.empty();

    private final Backend backend = (Backend) Proxy.newProxyInstance(
            Backend.class.getClassLoader(), new Class<?>[] {Backend.class}, (self, method, arguments) -> {
                Optional<Answer> hostile = hostility.apply(method.getName());
                if (hostile.isPresent()) {
                    asked.incrementAndGet();
                    return hostile.orElseThrow().get();
                }
                try {
                    return method.invoke(memory, arguments);
                } catch (InvocationTargetException failed) {
                    throw failed.getCause();
                }
            });

    @AfterEach
    void close() {
        scheduler.close();
    }

    private DurableNode start() {
        return DurableNode.start(
                DurableServersConfig.builder()
                        .prefix("t/")
                        .backend(context -> backend)
                        .lease(LeaseConfig.builder()
                                .time(Duration.ofSeconds(1))
                                .renewEvery(Duration.ofMillis(100))
                                .margin(Duration.ofMillis(200))
                                .build())
                        .build(),
                new LoneCluster(new Session("n", "1")).with(scheduler, new JdkTime()),
                type -> Optional.empty());
    }

    private void onlyFor(String name, Answer answer) {
        hostility = method -> method.equals(name) ? Optional.of(answer) : Optional.empty();
    }

    @ParameterizedTest
    @EnumSource
    void theStoreIsAskedAgainWhetherItIsReady(Manner manner) {
        onlyFor("ready", manner.answer);
        try (DurableNode node = start()) {
            await().until(() -> asked.get() > 1);
            assertThat(node.isReady()).isFalse();
            hostility = method -> Optional.empty();
            await().until(node::isReady);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aLeaseThatIsNotRenewedIsTakenUpAgain(Manner manner) {
        try (DurableNode node = start()) {
            await().until(node::isReady);
            onlyFor("replace", manner.answer);
            await().until(() -> !node.isReady());
            hostility = method -> Optional.empty();
            await().until(node::isReady);
        }
    }

    @ParameterizedTest
    @EnumSource
    void listingsThatFailHoldUpNothing(Manner manner) {
        onlyFor("list", manner.answer);
        try (DurableNode node = start()) {
            await().until(() -> node.isReady() && asked.get() > 0);
        }
    }

    @Test
    void aRefusalWhoseCauseThrowsIsARefusal() {
        try (DurableNode node = start()) {
            await().until(node::isReady);
            onlyFor(
                    "replace",
                    () -> CompletableFuture.completedFuture(
                            new WriteResult.NotApplied(true, new HostileThrowablesTest.Hostile())));
            await().until(() -> !node.isReady());
            hostility = method -> Optional.empty();
            await().until(node::isReady);
        }
    }
}
