package io.durableserver.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.spi.SharedMap.Change;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ViewInvariantsTest {
    private final Simulation simulation = new Simulation(7, SimConfig.DEFAULT);
    private final ViewInvariants.View view = new ViewInvariants(simulation).new View(simulation.boot("a"));

    private static Optional<byte[]> value(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text.getBytes(StandardCharsets.UTF_8));
    }

    private void told(String before, String after, long revision) {
        view.changed(List.of(new Change("k", value(before), value(after), revision, "")));
    }

    private void assertBroken(String message) {
        assertThatThrownBy(simulation::throwIfFailed)
                .isInstanceOf(SimulationFailure.class)
                .hasMessageContaining("P10")
                .hasMessageContaining(message);
    }

    @Test
    void aProperHistoryPasses() {
        told("", "1", 2);
        view.caughtUp();
        told("1", "2", 4);
        view.gap();
        assertThat(view.shows(Map.of())).as("not before it caught up").isFalse();
        told("", "3", 3);
        view.caughtUp();
        assertThat(view.shows(Map.of("k", "3".getBytes(StandardCharsets.UTF_8))))
                .isTrue();
        told("3", "", 5);
        assertThat(view.shows(Map.of())).isTrue();
        view.closed();
        assertThat(view.gaps()).isEqualTo(1);
        assertThatCode(simulation::throwIfFailed).doesNotThrowAnyException();
    }

    @Test
    void aHoleIsSeen() {
        told("", "1", 2);
        told("2", "3", 6);
        assertBroken("was Optional[2] before, and knew 1");
    }

    @Test
    void aRepetitionIsSeen() {
        told("", "1", 2);
        told("1", "1", 2);
        assertBroken("revision 2 of k after 2");
    }

    @Test
    void nothingIsNoChange() {
        told("", "", 2);
        assertBroken("was told of nothing about k");
    }

    @Test
    void toldAfterTheEndIsSeen() {
        view.closed();
        told("", "1", 2);
        assertBroken("closed true");
    }

    @Test
    void catchingUpTwiceIsSeen() {
        view.caughtUp();
        view.caughtUp();
        assertBroken("has caught up twice");
    }
}
