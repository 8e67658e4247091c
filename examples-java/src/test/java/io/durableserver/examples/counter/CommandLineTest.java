package io.durableserver.examples.counter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommandLineTest {
    @Test
    void aNodeIsStartedWithTheSettingsItWasGiven() {
        NodeSettings settings = new NodeSettings(
                "counter-1",
                Path.of("/tmp/counter 1"),
                47_501,
                47_101,
                List.of("127.0.0.1:47501", "127.0.0.1:47502"),
                2,
                Storage.MIRROR,
                Duration.ofSeconds(4));
        assertThat(NodeSettings.parse(settings.arguments().toArray(String[]::new)))
                .isEqualTo(settings);
    }

    @Test
    void aNodeAloneNeedsANameAndADirectory() {
        NodeSettings settings = NodeSettings.parse("--name", "a", "--work-dir", "work");
        assertThat(settings.nodes()).isEqualTo(1);
        assertThat(settings.peers()).isEmpty();
        assertThat(NodeSettings.parse(settings.arguments().toArray(String[]::new)))
                .isEqualTo(settings);
        assertThatThrownBy(() -> NodeSettings.parse("--name", "a"))
                .isInstanceOf(UsageException.class)
                .hasMessage("--work-dir is required");
    }

    @Test
    void theScenarioHasDefaults() {
        assertThat(ScenarioOptions.parse())
                .isEqualTo(new ScenarioOptions(
                        15, 48, 4, Storage.IGNITE, "512m", Duration.ofSeconds(3), Path.of("ignite-plugin/jvm.opts")));
    }

    @Test
    void badOptionsAreNamedWithTheirBounds() {
        refuses("--seconds is 2, expected 3 to 3600", "--seconds", "2");
        refuses("--keys is many, expected 2 to 10000", "--keys", "many");
        refuses("--callers needs a value", "--callers");
        refuses("--callers is given twice", "--callers", "1", "--callers", "2");
        refuses("--backend is floppy, expected ignite, s3 or mirror", "--backend", "floppy");
        refuses("--heap is big, expected a size like 512m or 2g", "--heap", "big");
        assertThatThrownBy(() -> ScenarioOptions.parse("seconds", "5"))
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith("unknown option seconds, expected one of [backend, ");
    }

    private static void refuses(String message, String... args) {
        assertThatThrownBy(() -> ScenarioOptions.parse(args))
                .isInstanceOf(UsageException.class)
                .hasMessage(message);
    }
}
