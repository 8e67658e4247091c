package io.durableserver.runtime.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import io.durableserver.Codec;
import io.durableserver.ConfigurationException;
import io.durableserver.ConfigurationException.Reason;
import io.durableserver.WireName;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sealed types without annotations. */
@NullMarked
class SealedTypesTest {
    sealed interface Shape {}

    record Circle(int radius) implements Shape {}

    record Unit() implements Shape {}

    sealed interface Angular extends Shape {}

    @WireName("box")
    record Square(int side, @Nullable Shape inside) implements Angular {}

    enum Named implements Shape {
        POINT,
        LINE {
            @Override
            int dimensions() {
                return 1;
            }
        };

        int dimensions() {
            return 0;
        }
    }

    record Text(@JsonValue String text) implements Shape {}

    sealed interface Either<L, R> {}

    record Left<L, R>(L value) implements Either<L, R> {}

    record Right<L, R>(R value) implements Either<L, R> {}

    record Fixed<R>(R value) implements Either<String, R> {}

    abstract static sealed class Animal {
        public int legs;
    }

    static final class Dog extends Animal {
        public String name = "";
    }

    @SuppressWarnings("ArrayRecordComponent") // compared in depth
    record Everywhere(
            Shape shape,
            List<Shape> list,
            Map<String, Shape> map,
            Optional<Shape> optional,
            Shape[] array,
            Either<Shape, List<Shape>> either,
            Circle leaf,
            Named named,
            EnumSet<Named> set,
            EnumMap<Named, Shape> byName) {}

    sealed interface Same {}

    static final class A {
        record Twin(int a) implements Same {}
    }

    static final class B {
        record Twin(int b) implements Same {}
    }

    sealed interface Ajar {}

    non-sealed interface Opened extends Ajar {}

    record Anything() implements Opened {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonSubTypes({@JsonSubTypes.Type(value = Named1.class, name = "one")})
    sealed interface Annotated {}

    record Named1(int x) implements Annotated {}

    sealed interface Money {
        @JsonCreator
        static Money of(String text) {
            return new Euro(Long.parseLong(text));
        }

        @JsonValue
        String text();
    }

    record Euro(long cents) implements Money {
        @Override
        public String text() {
            return Long.toString(cents);
        }
    }

    static List<Codec> codecs() {
        return List.of(JsonCodec.INSTANCE, CborCodec.INSTANCE);
    }

    static List<Shape> shapes() {
        return List.of(
                new Circle(1),
                new Unit(),
                new Square(2, new Circle(3)),
                new Square(2, null),
                Named.POINT,
                Named.LINE,
                new Text("x"));
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void valuesComeBackWhereverTheSealedTypeStands(Codec codec) {
        for (Shape shape : shapes()) {
            assertThat(through(codec, shape, Shape.class)).isEqualTo(shape);
            Everywhere all = new Everywhere(
                    shape,
                    shapes(),
                    Map.of("a", shape),
                    Optional.of(shape),
                    new Shape[] {shape},
                    new Right<>(List.of(shape)),
                    new Circle(9),
                    Named.LINE,
                    EnumSet.of(Named.LINE),
                    new EnumMap<>(Map.of(Named.LINE, shape)));
            Everywhere back = (Everywhere) through(codec, all, Everywhere.class);
            assertThat(back).usingRecursiveComparison().isEqualTo(all);
        }
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void bytesAreTheSameUnderTheSealedTypeAndUnderTheLeaf(Codec codec) {
        for (Shape shape : shapes()) {
            byte[] asShape = codec.encode(shape, Shape.class);
            byte[] asItself = codec.encode(shape, shape.getClass());

            assertThat(asItself).isEqualTo(asShape);
            assertThat(codec.decode(asItself, Shape.class)).isEqualTo(shape);
            assertThat(codec.decode(asItself, shape instanceof Named ? Named.class : shape.getClass()))
                    .isEqualTo(shape);
        }
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void argumentsOfGenericSealedTypesReachWhatIsInside(Codec codec) throws Exception {
        Type type = SealedTypesTest.class.getDeclaredField("either").getGenericType();
        List<Either<Shape, List<Shape>>> all =
                List.of(new Left<>(new Circle(1)), new Right<>(List.of(new Circle(2), Named.LINE)));
        for (Either<Shape, List<Shape>> value : all) {
            assertThat(through(codec, value, type)).isEqualTo(value);
        }
        Type fixed = SealedTypesTest.class.getDeclaredField("fixed").getGenericType();
        Either<String, Shape> half = new Fixed<>(new Square(1, new Unit()));
        assertThat(through(codec, half, fixed)).isEqualTo(half);
        assertThat(codec.decode(codec.encode(null, type), type)).isNull();
    }

    @SuppressWarnings("unused")
    static @Nullable Either<Shape, List<Shape>> either;

    @SuppressWarnings("unused")
    static @Nullable Either<String, Shape> fixed;

    @ParameterizedTest
    @MethodSource("codecs")
    void sealedClassesKeepWhatTheyInherit(Codec codec) {
        Dog dog = new Dog();
        dog.legs = 3;
        dog.name = "Rex";

        assertThat(through(codec, dog, Animal.class)).usingRecursiveComparison().isEqualTo(dog);
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void hierarchyThatSaysItsOwnFormKeepsIt(Codec codec) {
        assertThat(through(codec, new Named1(1), Annotated.class)).isEqualTo(new Named1(1));
        assertThat(through(codec, new Euro(7), Money.class)).isEqualTo(new Euro(7));
    }

    @Test
    void tagIsTheWireNameOrTheSimpleName() {
        assertThat(json(new Square(1, new Circle(2))))
                .isEqualTo("{\"@type\":\"box\",\"side\":1,\"inside\":{\"@type\":\"Circle\",\"radius\":2}}");
        assertThat(json(Named.LINE)).isEqualTo("[\"Named\",\"LINE\"]");
        assertThat(json(new Named1(1))).isEqualTo("{\"kind\":\"one\",\"x\":1}");
        assertThat(json(new Euro(5))).isEqualTo("\"5\"");
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void leafIsReadWithoutItsTagToo(Codec codec) {
        byte[] bare = codec.encode(Map.of("radius", 4), Map.class);

        assertThat(codec.decode(bare, Circle.class)).isEqualTo(new Circle(4));
        notEncodable(() -> codec.decode(bare, Shape.class));
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void tagsOfOthersAreRefusedAndLoadNothing(Codec codec) {
        for (String tag : List.of("Door", "java.lang.Thread", Circle.class.getName(), "", "Square")) {
            byte[] bytes = codec.encode(Map.of("@type", tag, "radius", 4), Map.class);
            notEncodable(() -> codec.decode(bytes, Shape.class));
            notEncodable(() -> codec.decode(bytes, Circle.class));
        }
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void hierarchyWhoseLeavesCannotBeToldApartIsRefused(Codec codec) {
        assertThat(notEncodable(() -> codec.encode(new A.Twin(1), Same.class)).get("detail"))
                .contains("have the same tag Twin");
        assertThat(notEncodable(() -> codec.encode(new Anything(), Ajar.class)).get("detail"))
                .contains(Opened.class.getName() + " is not sealed");
        // A message of the hierarchy is never read as another.
        assertThat(through(codec, new B.Twin(1), B.Twin.class)).isEqualTo(new B.Twin(1));
    }

    private static @Nullable Object through(Codec codec, Object value, Type type) {
        return codec.decode(codec.encode(value, type), type);
    }

    private static String json(Object value) {
        return new String(JsonCodec.INSTANCE.encode(value, value.getClass()), StandardCharsets.UTF_8);
    }

    private static Map<String, String> notEncodable(org.assertj.core.api.ThrowableAssert.ThrowingCallable code) {
        ConfigurationException error = catchThrowableOfType(ConfigurationException.class, code);
        assertThat(error).isNotNull();
        assertThat(error.reason()).isEqualTo(Reason.NOT_ENCODABLE);
        assertThat(Arrays.toString(error.getSuppressed())).isEqualTo("[]");
        return error.context();
    }
}
