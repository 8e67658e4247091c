package io.durableserver.runtime.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import io.durableserver.Codec;
import io.durableserver.ConfigurationException;
import io.durableserver.runtime.codec.CborCodec;
import io.durableserver.runtime.codec.JsonCodec;
import io.durableserver.runtime.codec.Shapes;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Values with a serializer and a deserializer of the application are compared by what is written of them. */
@NullMarked
class OwnFormsTest {
    /** Computes its sum when it is asked for, and keeps it. */
    static class Lazy {
        final int one;
        final int two;
        private @Nullable Integer sum;

        Lazy(int one, int two) {
            this.one = one;
            this.two = two;
        }

        int sum() {
            if (sum == null) {
                sum = one + two;
            }
            return sum;
        }
    }

    @JsonSerialize(using = Out.class)
    @JsonDeserialize(using = In.class)
    static final class Own extends Lazy {
        Own(int one, int two) {
            super(one, two);
        }
    }

    /** Reads something else than was written. */
    @JsonSerialize(using = Out.class)
    @JsonDeserialize(using = Wrong.class)
    static final class Broken extends Lazy {
        Broken(int one, int two) {
            super(one, two);
        }
    }

    record Holder(Own own, List<Own> list, Map<String, Own> map, Set<Own> set) {}

    record ByMember(
            String name,

            @JsonSerialize(using = Out.class) @JsonDeserialize(using = InLazy.class)
            Lazy lazy) {}

    static final class Out extends StdSerializer<Lazy> {
        private static final long serialVersionUID = 1L;

        Out() {
            super(Lazy.class);
        }

        @Override
        public void serialize(Lazy value, JsonGenerator generator, SerializerProvider provider) throws IOException {
            generator.writeString(value.one + "/" + value.two);
        }
    }

    private abstract static class Parts<T> extends StdDeserializer<T> {
        private static final long serialVersionUID = 1L;

        Parts(Class<T> type) {
            super(type);
        }

        abstract T make(int one, int two);

        @Override
        public T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            String text = parser.getText();
            int slash = text.indexOf('/');
            return make(Integer.parseInt(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
        }
    }

    static final class In extends Parts<Own> {
        private static final long serialVersionUID = 1L;

        In() {
            super(Own.class);
        }

        @Override
        Own make(int one, int two) {
            return new Own(one, two);
        }
    }

    static final class InLazy extends Parts<Lazy> {
        private static final long serialVersionUID = 1L;

        InLazy() {
            super(Lazy.class);
        }

        @Override
        Lazy make(int one, int two) {
            return new Lazy(one, two);
        }
    }

    static final class Wrong extends Parts<Broken> {
        private static final long serialVersionUID = 1L;

        Wrong() {
            super(Broken.class);
        }

        @Override
        Broken make(int one, int two) {
            return new Broken(one + 1, two);
        }
    }

    static List<Codec> codecs() {
        return List.of(JsonCodec.INSTANCE, CborCodec.INSTANCE);
    }

    private static Own asked(int one, int two) {
        Own own = new Own(one, two);
        assertThat(own.sum()).isEqualTo(one + two);
        return own;
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void whatIsComputedLaterIsNoDifference(Codec codec) {
        Holder holder = new Holder(
                asked(1, 2), List.of(asked(3, 4)), Map.of("k", asked(5, 6)), Set.of(asked(7, 8), asked(9, 0)));
        Lazy lazy = new Lazy(1, 2);
        assertThat(lazy.sum()).isEqualTo(3);

        Shapes.examine(codec, Holder.class, "state");
        Shapes.examine(codec, ByMember.class, "state");
        assertThatCode(() -> new VerifiedCodec(codec).encode(holder, Holder.class))
                .doesNotThrowAnyException();
        assertThatCode(() -> new VerifiedCodec(codec).encode(new ByMember("n", lazy), ByMember.class))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void whatIsWrittenOtherwiseAfterwardsIsRefused(Codec codec) {
        ConfigurationException refused = catchThrowableOfType(
                ConfigurationException.class,
                () -> new VerifiedCodec(codec).encode(List.of(new Broken(1, 2)), List.class));

        assertThat(refused).isNotNull();
        assertThat(refused.reason()).isEqualTo(ConfigurationException.Reason.NOT_ENCODABLE);
        ConfigurationException inside = catchThrowableOfType(
                ConfigurationException.class, () -> new VerifiedCodec(codec).encode(new Broken(1, 2), Broken.class));
        assertThat(inside).isNotNull();
        assertThat(inside.context()).containsEntry("path", "one");
    }

    /** A constructor that changes what it is given changes it again when it reads. */
    record Marked(String text) {
        Marked {
            text = text + "!";
        }
    }

    record Trimmed(String text) {
        Trimmed {
            text = text.strip();
        }
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void aConstructorThatChangesItsValueAgainIsFound(Codec codec) {
        ConfigurationException refused = catchThrowableOfType(
                ConfigurationException.class, () -> new VerifiedCodec(codec).encode(new Marked("a"), Marked.class));

        assertThat(refused).isNotNull();
        assertThat(refused.context()).containsEntry("path", "text");
        assertThatCode(() -> new VerifiedCodec(codec).encode(new Trimmed(" a "), Trimmed.class))
                .doesNotThrowAnyException();
    }
}
