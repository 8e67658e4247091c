package io.durableserver.ignite.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.ConfigurationException;
import io.durableserver.NotAppliedException;
import io.durableserver.ignite.EmbeddedNode;
import io.durableserver.ignite.join.JoinRules;
import org.apache.ignite.IgniteException;
import org.junit.jupiter.api.Test;

class StartErrorsTest {
    private static RuntimeException explain(String text) {
        return StartErrors.explain(
                EmbeddedNode.builder().name("b").build(),
                new IgniteException("no start", new IllegalStateException(text)));
    }

    @Test
    void aStoreThatWantsAnotherConfigurationIsNotAskedAgain() {
        assertThat(explain("Node refused: " + JoinRules.CONFIGURE + "a/: add a line"))
                .isInstanceOfSatisfying(ConfigurationException.class, wrong -> {
                    assertThat(wrong.reason()).isEqualTo(ConfigurationException.Reason.INVALID_OPTION);
                    assertThat(wrong).hasMessageContaining(JoinRules.CONFIGURE + "a/: add a line");
                });
    }

    @Test
    void aStoreThatIsNotReadyIsAskedAgain() {
        assertThat(explain("Node refused: " + JoinRules.NOT_NOW + "a/: start b first"))
                .isInstanceOfSatisfying(
                        NotAppliedException.class,
                        later -> assertThat(later.reason()).isEqualTo(NotAppliedException.Reason.NOT_READY));
    }
}
