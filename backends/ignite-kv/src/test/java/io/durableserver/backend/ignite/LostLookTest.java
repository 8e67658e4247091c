package io.durableserver.backend.ignite;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LostLookTest {
    /** Ignite calls this, and has more to do afterwards. */
    @Test
    void whatCannotBeLookedAtIsNotKnownAndEndsNothingElse() {
        LostLook look = new LostLook();
        look.take(1, () -> true);
        assertThat(look.sawNothingLost()).isTrue();
        look.take(2, () -> {
            throw new IllegalStateException("stopping");
        });
        assertThat(look.sawNothingLost()).isFalse();
    }

    @Test
    void whereNodesOnlyCameNothingIsLostByIt() {
        assertThat(LostLook.nobodyLeft(List.of(Set.of("a")))).isTrue();
        assertThat(LostLook.nobodyLeft(List.of(Set.of("a"), Set.of("a", "b"), Set.of("a", "b", "c"))))
                .isTrue();
        assertThat(LostLook.nobodyLeft(List.of(Set.of("a", "b"), Set.of("a")))).isFalse();
        assertThat(LostLook.nobodyLeft(List.of(Set.of("a", "b"), Set.of("a"), Set.of("a", "b"))))
                .as("it came back")
                .isFalse();
    }
}
