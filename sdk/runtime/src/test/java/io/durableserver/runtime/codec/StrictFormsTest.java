package io.durableserver.runtime.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.util.StdConverter;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Forms that are accepted are read as strictly as plain members: nothing is missed, nothing dropped. */
@NullMarked
class StrictFormsTest {
    record Inner(String street, int count) {}

    private static final Inner INNER = new Inner("s", 1);

    record Delegating(@JsonValue Inner inner) {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        Delegating {}
    }

    record DelegatingList(@JsonValue List<Inner> inner) {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        DelegatingList {}
    }

    @JsonSerialize(converter = Out.class)
    @JsonDeserialize(converter = In.class)
    record Converted(Inner inner) {}

    record ConvertedMember(
            @JsonSerialize(converter = Out.class) @JsonDeserialize(converter = In.class)
            Converted member) {}

    static final class Out extends StdConverter<Converted, Inner> {
        @Override
        public Inner convert(Converted value) {
            return value.inner();
        }
    }

    static final class In extends StdConverter<Inner, Converted> {
        @Override
        public Converted convert(Inner value) {
            return new Converted(value);
        }
    }

    record Formatted(
            @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
            List<Inner> list,

            @JsonFormat(shape = JsonFormat.Shape.STRING) Inner inner) {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, defaultImpl = Fallback.class)
    @JsonSubTypes({@JsonSubTypes.Type(Fallback.class), @JsonSubTypes.Type(Other.class)})
    interface Falling {}

    record Fallback(String street, int count) implements Falling {}

    record Other(String street, int count, int more) implements Falling {}

    static List<Object> values() {
        return List.of(
                new Delegating(INNER),
                new DelegatingList(List.of(INNER)),
                new Converted(INNER),
                new ConvertedMember(new Converted(INNER)),
                new Formatted(List.of(INNER), INNER),
                new Fallback("s", 1));
    }

    @ParameterizedTest
    @MethodSource("values")
    void aMemberThatIsMissingOrNotKnownIsRefused(Object value) throws StateReader.Misfit {
        Class<?> type = value.getClass();
        assertThatCode(() -> Shapes.examine(JsonCodec.INSTANCE, type, "state")).doesNotThrowAnyException();
        String json = new String(JsonCodec.INSTANCE.encode(value, type), UTF_8);

        assertThat(read(json, type)).isEqualTo(value);
        assertThat(misfit(json.replaceFirst("\"street\":\"s\",", ""), type)).endsWith("street");
        assertThat(misfit(json.replaceFirst("\"count\"", "\"new\":[1],\"count\""), type))
                .endsWith("new");
    }

    @Test
    void aMemberOfAClassThatIsReadInPlaceOfAnotherIsNotDropped() {
        String gone = "{\"@type\":\"Gone\",\"street\":\"s\",\"count\":1,\"more\":2}";

        assertThat(misfit(gone, Falling.class)).isEqualTo("more");
        assertThat(misfit(gone.replace(",\"count\":1,\"more\":2", ""), Falling.class))
                .isEqualTo("count");
    }

    private static Object read(String json, Class<?> type) throws StateReader.Misfit {
        StateReader reader = Objects.requireNonNull(StateReader.of(JsonCodec.INSTANCE));
        return Objects.requireNonNull(
                reader.read(json.getBytes(UTF_8), type, Set.of()).value());
    }

    private static String misfit(String json, Class<?> type) {
        StateReader.Misfit misfit = catchThrowableOfType(StateReader.Misfit.class, () -> read(json, type));
        assertThat(misfit).as(json).isNotNull();
        return misfit.path;
    }
}
