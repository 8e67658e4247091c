package io.durableserver.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ThreadLocalLeaksTest {
    private record Tenant(String name) {}

    private static final ThreadLocal<Tenant> TENANT = new ThreadLocal<>();
    private static final ThreadLocal<String> DEFAULTED = ThreadLocal.withInitial(() -> "none");

    private final ThreadLocalLeaks leaks =
            new ThreadLocalLeaks().watch("tenant", TENANT).watch("defaulted", DEFAULTED);

    @AfterEach
    void clear() {
        TENANT.remove();
        DEFAULTED.remove();
    }

    @Test
    void whatWasLeftOnThisThreadIsFoundAndTheRestIsNot() {
        assertThat(leaks.here()).isEmpty();
        leaks.assertNoneHere();
        TENANT.set(new Tenant("a"));
        assertThat(leaks.here())
                .containsExactly(
                        new ThreadLocalLeaks.Leak(Thread.currentThread().getName(), "tenant", "Tenant[name=a]"));
        DEFAULTED.set("other");
        assertThatThrownBy(leaks::assertNoneHere)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("tenant")
                .hasMessageContaining("defaulted");
        clear();
        leaks.assertNoneHere();
    }

    @Test
    void threadsAreLookedIntoWhereTheJvmAllowsItAndElseItSaysWhatItNeeds() throws Exception {
        CountDownLatch look = new CountDownLatch(1);
        CompletableFuture<Void> set = new CompletableFuture<>();
        Thread leaky = new Thread(
                () -> {
                    TENANT.set(new Tenant("b"));
                    set.complete(null);
                    try {
                        look.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                },
                "leaky-1");
        leaky.start();
        set.get();
        try {
            if (ThreadLocalLeaks.canSeeAll()) {
                assertThat(ThreadLocalLeaks.onThreads("leaky-", "io.durableserver"))
                        .containsExactly(
                                new ThreadLocalLeaks.Leak("leaky-1", Tenant.class.getName(), "Tenant[name=b]"));
                assertThat(ThreadLocalLeaks.onThreads("other-")).isEmpty();
            } else {
                assertThatThrownBy(() -> ThreadLocalLeaks.onThreads("leaky-"))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining(ThreadLocalLeaks.FLAG);
            }
        } finally {
            look.countDown();
            leaky.join();
        }
    }
}
