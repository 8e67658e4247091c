package io.durableserver.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.admin.RecordExport;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The page on bytes is what the code says. */
class BytesPageTest {
    private static final String PAGE = "sdk/docs/bytes.md";
    private static final String SNIPPET =
            "examples-java/src/test/java/io/durableserver/examples/docs/BytesSnippet.java";

    @Test
    void samplesAreCompiled() {
        Map.of("java migration", "migration", "java repair", "repair", "java codec", "codec")
                .forEach((info, region) ->
                        assertThat(Docs.block(PAGE, info).strip()).as(info).isEqualTo(Docs.region(SNIPPET, region)));
    }

    @Test
    void everyConditionIsExplained() {
        for (RecordExport.Condition condition : RecordExport.Condition.values()) {
            assertThat(Docs.read(PAGE)).contains("`" + condition.name() + "`");
        }
    }
}
