package io.durableserver.backend.ignite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.ConfigurationException;
import io.durableserver.NotAppliedException;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SplitWritesTest {
    @Test
    void oneNodeAloneNeedsNoQuorum() {
        assertThat(SplitWrites.refuse(false, 0, false, Set.of("a"), "a")).isEmpty();
        assertThat(SplitWrites.refuse(false, 0, false, Set.of(), "a")).isEmpty();
    }

    @Test
    void aSecondOneIsRefusedWithTheLineToAdd() {
        for (Set<String> baseline : Set.of(Set.of("a"), Set.of("a", "b"))) {
            assertThat(SplitWrites.refuse(false, 0, false, baseline, "b"))
                    .get()
                    .isInstanceOf(ConfigurationException.class)
                    .satisfies(refused -> assertThat(refused)
                            .hasMessageContaining("igniteKv.expectedNodes")
                            .hasMessageContaining("IgniteKvConfig.builder().expectedNodes(2)")
                            .hasMessageContaining("splitWrites(true)")
                            .hasMessageContaining("[a]"));
        }
    }

    @Test
    void aNodeThatHasTheLineWaitsForThoseThatHaveNot() {
        assertThat(SplitWrites.refuse(false, 3, false, Set.of("a"), "b"))
                .get()
                .isInstanceOfSatisfying(
                        NotAppliedException.class,
                        waits -> assertThat(waits.reason()).isEqualTo(NotAppliedException.Reason.STORAGE_UNAVAILABLE));
    }

    @Test
    void aSecondOneIsRefusedWhenItJoins() {
        Introduction none = new Introduction(0, false, CopyMark.NONE);
        assertThatThrownBy(() -> SplitWrites.checkJoin(false, none, Set.of("a"), "b"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("IgniteKvConfig.builder().expectedNodes(2)");
        SplitWrites.checkJoin(true, none, Set.of("a"), "b");
        SplitWrites.checkJoin(false, none, Set.of("b"), "b");
        SplitWrites.checkJoin(false, new Introduction(2, false, CopyMark.NONE), Set.of("a"), "b");
        SplitWrites.checkJoin(false, new Introduction(0, true, CopyMark.NONE), Set.of("a"), "b");
    }

    @Test
    void whereAQuorumIsStoredOrSplitWritesAreAcceptedNobodyIsRefused() {
        assertThat(SplitWrites.refuse(true, 0, false, Set.of("a", "c"), "b")).isEmpty();
        assertThat(SplitWrites.refuse(false, 0, true, Set.of("a", "c"), "b")).isEmpty();
    }
}
