package io.durableserver.spi;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.Registration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ListenersTest {
    private final List<String> told = new ArrayList<>();
    private final List<Throwable> thrown = new ArrayList<>();
    private final Listeners<Runnable> listeners = new Listeners<>(thrown::add);

    @Test
    void oneThatThrowsIsToldAgainAndKeepsNobodyFromBeingTold() {
        listeners.add(() -> {
            told.add("throws");
            throw new AssertionError("on purpose");
        });
        listeners.add(() -> told.add("other"));
        listeners.tell(Runnable::run);
        listeners.tell(Runnable::run);
        assertThat(told).containsExactly("throws", "other", "throws", "other");
        assertThat(thrown).hasSize(2);
    }

    @Test
    void aListenerThatIsThereTwiceGoesOnUntilBothAreClosed() {
        Runnable listener = () -> told.add("told");
        Registration first = listeners.add(listener);
        Registration second = listeners.add(listener);
        listeners.tell(Runnable::run);
        assertThat(told).hasSize(2);
        first.close();
        first.close();
        listeners.tell(Runnable::run);
        assertThat(told).hasSize(3);
        second.close();
        listeners.tell(Runnable::run);
        assertThat(told).hasSize(3);
        assertThat(listeners.isEmpty()).isTrue();
    }
}
