package io.durableserver.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.config.DurableServersConfig;
import io.durableserver.examples.counter.FactCounts;
import io.durableserver.ignite.DurableServerPluginProvider;
import io.durableserver.spi.NodeEvent;
import io.durableserver.spi.RuntimeEvents.Fact;
import io.durableserver.spi.Session;
import java.nio.charset.StandardCharsets;
import org.apache.ignite.configuration.IgniteConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.context.support.GenericXmlApplicationContext;
import org.springframework.core.io.ByteArrayResource;

/** The page about configuration shows code that compiles, XML that loads, and the flags and artifacts there are. */
class ConfigurationPageTest {
    private static final String PAGE = "sdk/docs/configuration.md";
    private static final Session ME = new Session("node-1", "1");
    private static final String TESTS = "examples-java/src/test/java/io/durableserver/examples/docs/";

    @ParameterizedTest
    @CsvSource({"embedded, EmbeddedSnippet", "plugin, PluginSnippet"})
    void everySampleIsCompiled(String name, String source) {
        assertThat(Docs.block(PAGE, "java " + name).strip().replaceAll("\n}$", ""))
                .isEqualTo(Docs.region(TESTS + source + ".java", name));
    }

    @Test
    void thereAreNoOtherSamples() {
        assertThat(Docs.blocks(PAGE).stream().map(Docs.Block::info).filter(info -> info.startsWith("java")))
                .containsOnly("java embedded", "java plugin");
    }

    @Test
    void theFlagsAreThoseOfTheFile() {
        assertThat(Docs.block(PAGE, "text jvm-flags").split("\\s+"))
                .containsExactlyElementsOf(Docs.read("ignite-plugin/jvm.opts")
                        .lines()
                        .filter(line -> !line.startsWith("#") && !line.isBlank())
                        .toList());
    }

    @Test
    void springReadsTheConfiguration() {
        byte[] xml = Docs.block(PAGE, "xml spring").getBytes(StandardCharsets.UTF_8);
        try (GenericXmlApplicationContext context = new GenericXmlApplicationContext(new ByteArrayResource(xml))) {
            IgniteConfiguration node = context.getBean(IgniteConfiguration.class);
            assertThat(node.getPluginProviders()).hasOnlyElementsOfType(DurableServerPluginProvider.class);
            assertThat(node.getDataStorageConfiguration().getDataRegionConfigurations())
                    .anyMatch(region -> region.isPersistenceEnabled());
            FactCounts facts = context.getBean(FactCounts.class);
            assertThat(context.getBean("counters", DurableServersConfig.class).events())
                    .containsExactly(facts);
            facts.happened(new Fact("counters/", ME, 0, new NodeEvent.LeaseSafe(ME)));
            assertThat(facts.of(NodeEvent.LeaseSafe.class)).isEqualTo(1);
            assertThat(facts.of(NodeEvent.LeaseRanOut.class)).isZero();
        }
    }

    @Test
    void theDependenciesArePublished() {
        String bom = Docs.read("sdk/bom/pom.xml");
        String version = bom.replaceAll("(?s).*?<version>(.*?)</version>.*", "$1");
        Docs.block(PAGE, "xml dependencies").lines().map(String::strip).forEach(line -> {
            if (line.startsWith("<artifactId>")) {
                assertThat(bom).contains(line);
            } else if (line.startsWith("<version>")) {
                assertThat(line).isEqualTo("<version>" + version + "</version>");
            }
        });
    }
}
