package io.durableserver.shapes;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.durableserver.Codec;
import io.durableserver.runtime.codec.CborCodec;
import io.durableserver.runtime.codec.JsonCodec;
import io.durableserver.runtime.codec.Shapes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Types of many classes are no types without an end. */
class ChainTest {
    record Deep(Optional<List<Map<String, List<Optional<List<Map<String, List<List<List<Integer>>>>>>>>>> list) {}

    @Test
    void aChainOfManyClassesIsAccepted() throws Exception {
        StringBuilder source = new StringBuilder("public final class Chain {\n");
        for (int i = 0; i < 120; i++) {
            source.append("  public record T%d(T%d next, java.util.List<T%d> more, int x) {}\n"
                    .formatted(i, i + 1, i * 7 % 120));
        }
        source.append("  public record T120(T0 again) {}\n  public static T0 first;\n}\n");
        Class<?> first =
                Compiled.of("Chain", source.toString()).getField("first").getType();

        for (Codec codec : List.of(JsonCodec.INSTANCE, CborCodec.INSTANCE)) {
            assertThatCode(() -> Shapes.examine(codec, first, "state")).doesNotThrowAnyException();
            assertThatCode(() -> Shapes.examine(codec, Deep.class, "state")).doesNotThrowAnyException();
        }
    }
}
