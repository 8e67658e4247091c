package io.durableserver.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page about tests shows tests that run. */
class TestingPageTest {
    private static final String PAGE = "sdk/docs/testing.md";
    private static final String SOURCE = "examples-java/src/test/java/io/durableserver/examples/docs/BasketTest.java";

    @ParameterizedTest
    @ValueSource(strings = {"cluster", "time", "one"})
    void everySampleIsATestThatRuns(String name) {
        String sample = Docs.block(PAGE, "java " + name).strip();
        assertThat(sample.startsWith("@DurableCluster") ? sample.replaceAll("\n}$", "") : sample)
                .isEqualTo(Docs.region(SOURCE, name));
    }

    @Test
    void thereAreNoOtherSamples() {
        assertThat(Docs.blocks(PAGE).stream().map(Docs.Block::info).filter(info -> info.startsWith("java")))
                .containsOnly("java cluster", "java time", "java one");
    }
}
