package io.durableserver.ignite.life;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class StrandedTest {
    private static final Set<String> SOMEBODY = Set.of("10.0.0.2:47500");

    private final Stranded steps = new Stranded(30);

    @Test
    void aNodeThatDoesNotServeGoesWhereOthersAnswerTwice() {
        assertThat(steps.wonders(false, 0)).isFalse();
        assertThat(steps.wonders(false, 30)).isTrue();
        assertThat(steps.look(SOMEBODY)).isEmpty();
        assertThat(steps.look(SOMEBODY)).containsExactly("10.0.0.2:47500");
    }

    @Test
    void aNodeThatServesNowAndThenStays() {
        for (int now = 0; now < 300; now += 10) {
            assertThat(steps.wonders(now % 20 == 0, now)).isFalse();
        }
    }

    @Test
    void whoAnsweredOnceMayBeJoining() {
        assertThat(steps.wonders(false, 0)).isFalse();
        for (int now = 30; now < 300; now += 10) {
            assertThat(steps.wonders(false, now)).isTrue();
            assertThat(steps.look(now % 20 == 0 ? SOMEBODY : Set.of())).isEmpty();
        }
    }
}
