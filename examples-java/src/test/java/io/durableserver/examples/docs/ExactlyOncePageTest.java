package io.durableserver.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.testkit.TestCluster;
import org.junit.jupiter.api.Test;

/** The page on calls that are applied exactly once is what the code says. */
class ExactlyOncePageTest {
    private static final String PAGE = "sdk/docs/exactly-once.md";
    private static final String SNIPPET =
            "examples-java/src/test/java/io/durableserver/examples/docs/ExactlyOnceSnippet.java";

    @Test
    void samplesAreCompiled() {
        assertThat(Docs.block(PAGE, "java calls").strip()).isEqualTo(Docs.region(SNIPPET, "calls"));
        assertThat(Docs.block(PAGE, "java window").strip()).isEqualTo(Docs.region(SNIPPET, "window"));
    }

    @Test
    void samplesRun() {
        try (TestCluster cluster = TestCluster.builder()
                .nodes(2)
                .types(ExactlyOnceSnippet.Account.TYPE.initial(key -> new ExactlyOnceSnippet.Balance(0)))
                .start()) {
            var account = cluster.servers(0).ref(ExactlyOnceSnippet.Account.TYPE, "ann");
            assertThat(ExactlyOnceSnippet.calls(account)).isEqualTo(100);
            assertThat(ExactlyOnceSnippet.calls(account)).isEqualTo(400);
            assertThat(account.call(new ExactlyOnceSnippet.Deposit(0)))
                    .as("the payment was known")
                    .isEqualTo(500);
        }
    }
}
