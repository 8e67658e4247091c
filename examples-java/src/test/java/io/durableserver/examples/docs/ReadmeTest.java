package io.durableserver.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The README says what is so, and stays a first screen. */
class ReadmeTest {
    private static final String README = "README.md";
    private static final String TESTS = "examples-java/src/test/java/io/durableserver/examples/docs/";

    @Test
    void theCounterIsTheExample() {
        assertThat(Docs.block(README, "java counter").strip())
                .isEqualTo(Docs.read("examples-java/src/main/java/io/durableserver/examples/counter/Counter.java")
                        .strip());
    }

    @Test
    void theCallsAreCompiled() {
        assertThat(Docs.block(README, "java use").strip())
                .isEqualTo(Docs.region(TESTS + "CounterSurvivesTest.java", "use"));
    }

    @Test
    void thereAreNoOtherSamples() {
        assertThat(Docs.blocks(README).stream().map(Docs.Block::info).filter(info -> info.startsWith("java")))
                .containsOnly("java counter", "java use");
    }

    @Test
    void itStaysAFirstScreen() {
        assertThat(Docs.read(README).lines().count()).isLessThanOrEqualTo(130);
    }
}
