package io.durableserver.testkit.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.spi.Session;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StoreContextTest {
    @Test
    void resourcesAreFoundByTheirTypes() {
        try (StoreContext node = StoreContext.real("test/")) {
            assertThat(node.resource(String.class)).isEmpty();
            StoreContext host = node.withResource("one").withResource(2);
            assertThat(host.resource(CharSequence.class)).contains("one");
            assertThat(host.resource(Number.class)).contains(2);
            assertThat(host.resource(Thread.class)).isEmpty();
            assertThat(node.resources()).isEmpty();
        }
    }

    @Test
    void sessionsOfOneProcessShareItsTimers() throws Exception {
        try (StoreContext node = StoreContext.real("test/")) {
            StoreContext next = node.with(new Session("node", "2"));
            assertThat(next.session().incarnation()).isEqualTo("2");
            assertThat(next.prefix()).isEqualTo(node.prefix());
            CompletableFuture<Boolean> ran = new CompletableFuture<>();
            next.scheduler().schedule(Duration.ofMillis(1), () -> ran.complete(true));
            assertThat(ran.get(30, TimeUnit.SECONDS)).isTrue();
        }
    }
}
