package io.durableserver.runtime.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.durableserver.Call;
import io.durableserver.ConfigurationException;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class ReplyTypesTest {
    record Direct() implements Call<Long> {}

    record Nested() implements Call<Map<String, List<Long>>> {}

    interface Paged<T> extends Call<List<T>> {}

    abstract static class Base<A, B> implements Paged<Map<A, B>> {}

    static final class Far extends Base<String, Integer> {}

    record Same() implements Call<List<Map<String, Integer>>> {}

    record Open<T>() implements Call<T> {}

    record OpenInside<T>() implements Call<List<T>> {}

    @SuppressWarnings("rawtypes")
    record Raw() implements Call {}

    @Test
    void replyTypeIsReadFromTheDeclaration() {
        assertThat(ReplyTypes.of(Direct.class)).isEqualTo(Long.class);
        assertThat(ReplyTypes.of(Nested.class).getTypeName())
                .isEqualTo("java.util.Map<java.lang.String, java.util.List<java.lang.Long>>");
    }

    @Test
    void replyTypeIsBoundAlongTheHierarchy() {
        Type bound = ReplyTypes.of(Far.class);
        Type declared = ReplyTypes.of(Same.class);

        assertThat(bound).isEqualTo(declared).hasSameHashCodeAs(declared);
        assertThat(declared).isEqualTo(bound);
        byte[] bytes = JsonCodec.INSTANCE.encode(List.of(Map.of("a", 1)), bound);
        assertThat(JsonCodec.INSTANCE.decode(bytes, bound)).isEqualTo(List.of(Map.of("a", 1)));
    }

    @Test
    void unboundReplyTypeIsAConfigurationErrorThatNamesTheClass() {
        for (var message : List.of(Open.class, OpenInside.class, Raw.class)) {
            ConfigurationException error =
                    catchThrowableOfType(ConfigurationException.class, () -> ReplyTypes.of(message));
            assertThat(error.reason()).isEqualTo(ConfigurationException.Reason.INVALID_TYPE);
            assertThat(error.context()).containsEntry("message", message.getName());
        }
    }
}
