package io.durableserver.runtime.activation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SignalsTest {
    @Test
    void signalsRunInOrderAlsoThoseThatComeMeanwhile() {
        Signals signals = new Signals();
        List<String> ran = new ArrayList<>();
        signals.add(() -> {
            ran.add("a");
            signals.add(() -> ran.add("c"));
        });
        signals.add(() -> ran.add("b"));
        assertThat(signals.isEmpty()).isFalse();
        signals.drain();
        assertThat(ran).containsExactly("a", "b", "c");
        assertThat(signals.isEmpty()).isTrue();
    }
}
