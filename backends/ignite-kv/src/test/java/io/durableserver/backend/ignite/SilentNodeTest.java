package io.durableserver.backend.ignite;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SilentNodeTest {
    private static final Set<String> BASELINE = Set.of("a", "b", "c");
    private static final String KNOWN = new Introduction(3, false, CopyMark.NONE).text();

    private static Optional<String> refuse(String joining, Optional<String> said, boolean went) {
        return SilentNode.refuse(joining, said, BASELINE, went);
    }

    @Test
    void whereOthersMayHaveGoneOnNobodyJoinsWhoDoesNotSayWhatItRemembers() {
        for (Optional<String> said :
                Set.of(Optional.<String>of("of a store of another kind"), Optional.<String>empty())) {
            assertThat(refuse("c", said, true))
                    .hasValueSatisfying(
                            text -> assertThat(text).contains("node c does not say", "configure the prefix"));
            assertThat(refuse("c", said, false)).as("these are a quorum").isEmpty();
            assertThat(refuse("d", said, true)).as("has no copies").isEmpty();
        }
    }

    @Test
    void whatIsSaidInAnotherWayIsNotTakenForNothing() {
        String later = KNOWN.replace("durable-kv-3", "durable-kv-4");
        String laterMark = KNOWN.replace("durable-copies-3", "durable-copies-4");
        for (String said : Set.of(later, laterMark, "\u001E" + later, laterMark + "\u001Eother", "durable-kv-3")) {
            for (boolean went : new boolean[] {true, false}) {
                assertThat(refuse("c", Optional.of(said), went))
                        .hasValueSatisfying(text -> assertThat(text).contains("another release"));
            }
        }
        assertThat(Introduction.isOfAnotherRelease(KNOWN)).isFalse();
        assertThat(Introduction.isOfAnotherRelease(later + "\u001E" + KNOWN))
                .as("a mirror of two, one of which says it")
                .isFalse();
    }
}
