package io.durableserver.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.Call;
import io.durableserver.DurableServer;
import io.durableserver.Handlers;
import io.durableserver.ServerType;
import io.durableserver.backend.ignite.IgniteKvConfig;
import io.durableserver.backend.ignite.IgniteKvStorage;
import io.durableserver.backend.mirror.MirrorConfig;
import io.durableserver.backend.s3.S3;
import io.durableserver.backend.s3.S3Config;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.config.OptionValues;
import io.durableserver.ignite.EmbeddedNode;
import java.io.IOException;
import java.io.StringReader;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The page of the keys tells the keys there are, and its sample is taken. */
class OptionsPageTest {
    private static final String PAGE = "sdk/docs/options.md";

    private static final String SOURCE =
            "examples-java/src/test/java/io/durableserver/examples/docs/OptionsPageTest.java";

    record State(int n) {}

    record Get() implements Call<Integer> {}

    static final class Counter extends DurableServer<State> {
        static final ServerType<State> TYPE = ServerType.of("counter", State.class, Counter::new);

        @Override
        protected void handlers(Handlers<State> on) {
            on.query(Get.class, (state, get) -> state.n());
        }
    }

    private static String table(Map<String, String> keys) {
        return keys.entrySet().stream()
                .map(key -> "\n| `" + key.getKey() + "` | " + key.getValue() + " |")
                .collect(Collectors.joining("", "| Key | Value |\n|---|---|", ""));
    }

    private static String section(String title) {
        String start = "\n## " + title + "\n";
        String page = Docs.read(PAGE);
        assertThat(page).contains(start);
        String rest = page.substring(page.indexOf(start) + start.length());
        return rest.substring(0, (rest + "\n## ").indexOf("\n## ")).strip();
    }

    @Test
    void theTablesAreThoseOfTheCode() {
        assertThat(section("DurableServersConfig")).isEqualTo(table(DurableServersConfig.keys()));
        assertThat(section("IgniteKvConfig")).isEqualTo(table(IgniteKvConfig.keys()));
        assertThat(section("S3Config")).isEqualTo(table(S3Config.keys()));
        assertThat(section("EmbeddedNode")).isEqualTo(table(EmbeddedNode.keys()));
        assertThat(section("IgniteKvStorage")).isEqualTo(table(IgniteKvStorage.keys()));
        assertThat(section("MirrorConfig")).isEqualTo(table(MirrorConfig.keys()));
    }

    @Test
    void theSampleIsCompiled() {
        assertThat(Docs.block(PAGE, "java sample").strip()).isEqualTo(Docs.region(SOURCE, "sample"));
    }

    @Test
    void theSampleIsTaken() throws IOException {
        Properties properties = new Properties();
        properties.load(new StringReader(Docs.block(PAGE, "properties sample")));
        // readme: sample
        OptionValues options = OptionValues.of(properties);
        Map<String, String> servers = options.group("servers").map();
        S3Config bucket = S3Config.from(options.group("s3").map()).build();
        DurableServersConfig config = DurableServersConfig.from(servers)
                .type(Counter.TYPE)
                .backend(S3.backend(bucket))
                .build();
        // readme: end
        assertThat(config.prefix()).isEqualTo("shop/");
        assertThat(bucket.tuning().connections()).isEqualTo(64);
    }
}
