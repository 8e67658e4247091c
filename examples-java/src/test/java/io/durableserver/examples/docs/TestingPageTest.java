package io.durableserver.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The page about tests shows tests that run. */
class TestingPageTest {
    private static final String PAGE = "sdk/docs/testing.md";
    private static final String TESTS = "examples-java/src/test/java/io/durableserver/examples/docs/";

    @ParameterizedTest
    @CsvSource({
        "testing, CounterSurvivesTest",
        "cluster, BasketTest",
        "time, BasketTest",
        "one, BasketTest",
    })
    void everySampleIsATestThatRuns(String name, String source) {
        String sample = Docs.block(PAGE, "java " + name).strip();
        assertThat(sample.startsWith("@DurableCluster") ? sample.replaceAll("\n}$", "") : sample)
                .isEqualTo(Docs.region(TESTS + source + ".java", name));
    }

    @Test
    void thereAreNoOtherSamples() {
        assertThat(Docs.blocks(PAGE).stream().map(Docs.Block::info).filter(info -> info.startsWith("java")))
                .containsOnly("java testing", "java cluster", "java time", "java one");
    }
}
