package io.durableserver.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.durableserver.backend.mirror.Mirror;
import io.durableserver.backend.mirror.MirrorConfig;
import io.durableserver.backend.mirror.rollout.Handover;
import io.durableserver.spi.Backend;
import io.durableserver.testkit.backend.InMemoryBackend;
import io.durableserver.testkit.backend.InMemoryStore;
import io.durableserver.testkit.backend.StoreContext;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page about stores shows code that compiles and runs, with names that stores take. */
class StoresPageTest {
    private static final String PAGE = "backends/README.md";
    private static final String SNIPPET =
            "examples-java/src/test/java/io/durableserver/examples/docs/StoresSnippet.java";

    @ParameterizedTest
    @ValueSource(strings = {"s3", "test-server", "mirror", "rollout"})
    void everySampleIsCompiled(String name) {
        assertThat(Docs.block(PAGE, "java " + name).strip()).isEqualTo(Docs.region(SNIPPET, name));
    }

    @Test
    void thereAreNoOtherSamples() {
        assertThat(Docs.blocks(PAGE).stream().map(Docs.Block::info).filter(info -> info.startsWith("java")))
                .containsOnly("java s3", "java test-server", "java mirror", "java rollout");
    }

    @Test
    void theStoresAreTaken() {
        assertThatCode(() -> StoresSnippet.s3("key", "secret")).doesNotThrowAnyException();
        assertThatCode(StoresSnippet::testServer).doesNotThrowAnyException();
        InMemoryStore source = new InMemoryStore();
        assertThatCode(() -> StoresSnippet.mirror(
                        InMemoryBackend.factory(source), InMemoryBackend.factory(new InMemoryStore())))
                .doesNotThrowAnyException();
    }

    @Test
    void theRolloutRunsAsShown() throws Exception {
        Mirror mirror = Mirror.backend(MirrorConfig.builder(
                        InMemoryBackend.factory(new InMemoryStore()), InMemoryBackend.factory(new InMemoryStore()))
                .secondLook(Duration.ofMillis(20))
                .outsiderWatch(Duration.ZERO)
                .build());
        try (StoreContext context = StoreContext.real("myapp/");
                Backend backend = mirror.open(context)) {
            backend.ready().toCompletableFuture().get(30, TimeUnit.SECONDS);
            assertThat(List.of(StoresSnippet.migrate(mirror))).hasOnlyElementsOfType(Handover.Done.class);
        }
    }
}
