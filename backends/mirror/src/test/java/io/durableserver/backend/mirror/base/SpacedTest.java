package io.durableserver.backend.mirror.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SpacedTest {
    @Test
    void aLineIsSaidAtOnceAndThenEverMoreRarely() {
        Spaced lines = Spaced.lines();
        List<Long> said = new ArrayList<>();
        for (long second = 0; second < 3_600; second++) {
            if (lines.due(Duration.ofSeconds(second).toNanos())) {
                said.add(second);
            }
        }
        assertThat(said).containsExactly(0L, 10L, 30L, 70L, 150L, 310L, 630L, 1_230L, 1_830L, 2_430L, 3_030L);
        assertThat(lines.passed()).isEqualTo(3_600 - 11);
        assertThat(lines.passed()).isZero();
    }

    @Test
    void whatComesBackIsSaidAtOnceAgain() {
        Spaced lines = Spaced.lines();
        assertThat(lines.over()).isFalse();
        assertThat(lines.due(0)).isTrue();
        assertThat(lines.due(1)).isFalse();
        assertThat(lines.going()).isTrue();
        assertThat(lines.over()).isTrue();
        assertThat(lines.going()).isFalse();
        assertThat(lines.due(2)).isTrue();
    }
}
