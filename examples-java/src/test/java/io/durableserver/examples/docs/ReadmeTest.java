package io.durableserver.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.ConfigurationException;
import io.durableserver.LeaseConfig;
import io.durableserver.Limits;
import io.durableserver.NotAppliedException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.Timeouts;
import io.durableserver.backend.ignite.IgniteKvConfig;
import io.durableserver.backend.mirror.MirrorConfig;
import io.durableserver.backend.s3.S3Config;
import io.durableserver.ignite.DurableServerPluginProvider;
import io.durableserver.spi.BackendFactory;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.ignite.configuration.IgniteConfiguration;
import org.junit.jupiter.api.Test;
import org.springframework.context.support.GenericXmlApplicationContext;
import org.springframework.core.io.ByteArrayResource;

/** The README says what is so: its code compiles, its configuration loads, its tables are complete. */
class ReadmeTest {
    private static final String README = "README.md";
    private static final String STORES = "backends/README.md";
    private static final String TESTS = "examples-java/src/test/java/io/durableserver/examples/docs/";

    @Test
    void theCounterIsTheExample() {
        assertThat(Docs.block(README, "java counter").strip())
                .isEqualTo(Docs.read("examples-java/src/main/java/io/durableserver/examples/counter/Counter.java")
                        .strip());
    }

    @Test
    void everyOtherSnippetIsCompiled() {
        Map<String, String> sources = Map.of(
                "java use", "CounterSurvivesTest.java",
                "java embedded", "EmbeddedSnippet.java",
                "java plugin", "PluginSnippet.java",
                "java testing", "CounterSurvivesTest.java");
        sources.forEach(
                (info, source) -> assertThat(Docs.block(README, info).strip().replaceAll("\n}$", ""))
                        .as(info)
                        .isEqualTo(Docs.region(TESTS + source, info.substring("java ".length()))));
        assertThat(Docs.blocks(README).stream().map(Docs.Block::info).filter(info -> info.startsWith("java")))
                .containsOnly("java counter", "java use", "java embedded", "java plugin", "java testing");
    }

    @Test
    void theFlagsAreThoseOfTheFile() {
        assertThat(Docs.block(README, "text jvm-flags").split("\\s+"))
                .containsExactlyElementsOf(Docs.read("ignite-plugin/jvm.opts")
                        .lines()
                        .filter(line -> !line.startsWith("#") && !line.isBlank())
                        .toList());
    }

    @Test
    void springReadsTheConfiguration() {
        byte[] xml = Docs.block(README, "xml spring").getBytes(StandardCharsets.UTF_8);
        try (GenericXmlApplicationContext context = new GenericXmlApplicationContext(new ByteArrayResource(xml))) {
            IgniteConfiguration node = context.getBean(IgniteConfiguration.class);
            assertThat(node.getPluginProviders()).hasOnlyElementsOfType(DurableServerPluginProvider.class);
            assertThat(node.getDataStorageConfiguration().getDataRegionConfigurations())
                    .anyMatch(region -> region.isPersistenceEnabled());
        }
    }

    @Test
    void theDependenciesArePublished() {
        String bom = Docs.read("sdk/bom/pom.xml");
        String version = bom.replaceAll("(?s).*?<version>(.*?)</version>.*", "$1");
        Docs.block(README, "xml dependencies").lines().map(String::strip).forEach(line -> {
            if (line.startsWith("<artifactId>")) {
                assertThat(bom).contains(line);
            } else if (line.startsWith("<version>")) {
                assertThat(line).isEqualTo("<version>" + version + "</version>");
            }
        });
    }

    @Test
    void everyReasonIsExplained() {
        Stream.of(
                        NotAppliedException.Reason.values(),
                        OutcomeUnknownException.Reason.values(),
                        ConfigurationException.Reason.values())
                .flatMap(Stream::of)
                .forEach(reason -> assertThat(Docs.read(README)).contains("`" + ((Enum<?>) reason).name() + "`"));
    }

    @Test
    void everyLimitIsListed() {
        named(README, "limits", Limits.class);
        named(README, "timeouts", Timeouts.class);
        named(README, "lease", LeaseConfig.class);
        named(README, "igniteKv", IgniteKvConfig.class);
        named(STORES, "s3", S3Config.class);
        named(STORES, "mirror", MirrorConfig.class);
    }

    private static void named(String page, String group, Class<? extends Record> options) {
        for (var option : options.getRecordComponents()) {
            if (option.getType() != BackendFactory.class) {
                assertThat(Docs.read(page)).contains("`" + group + "." + option.getName() + "`");
            }
        }
    }

    @Test
    void theReadmeStaysReadable() {
        assertThat(Docs.read(README).lines().count()).isLessThanOrEqualTo(385);
    }
}
