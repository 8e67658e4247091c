package io.durableserver.runtime.shape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.annotation.JacksonInject;
import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonBackReference;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonFilter;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIdentityInfo;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonIgnoreType;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonIncludeProperties;
import com.fasterxml.jackson.annotation.JsonManagedReference;
import com.fasterxml.jackson.annotation.JsonMerge;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.annotation.JsonView;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.annotation.ObjectIdGenerators;
import com.fasterxml.jackson.annotation.OptBoolean;
import com.fasterxml.jackson.databind.annotation.JsonAppend;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import com.fasterxml.jackson.databind.annotation.JsonPOJOBuilder;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.annotation.JsonTypeIdResolver;
import com.fasterxml.jackson.databind.jsontype.impl.ClassNameIdResolver;
import com.fasterxml.jackson.databind.jsontype.impl.TypeNameIdResolver;
import com.fasterxml.jackson.databind.ser.std.NullSerializer;
import io.durableserver.Codec;
import io.durableserver.ConfigurationException;
import io.durableserver.runtime.codec.CborCodec;
import io.durableserver.runtime.codec.JsonCodec;
import io.durableserver.runtime.codec.Shapes;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Annotations that let a later value lose something, or a reader drop a member, are refused; the others count. */
@NullUnmarked
@SuppressWarnings({"unused", "JavaUtilDate", "ClassCanBeStatic"}) // shapes, not uses
class AnnotationsTest {
    private static final List<Codec> CODECS = List.of(JsonCodec.INSTANCE, CborCodec.INSTANCE);

    /** Where a class is refused, and a part of why; an empty path is the class itself. */
    @Retention(RetentionPolicy.RUNTIME)
    @interface Refused {
        String at() default "";

        String why();
    }

    record Point(int x, int y) {}

    @Refused(why = "@JsonDeserialize(builder)")
    @JsonDeserialize(builder = Built.Builder.class)
    record Built(int x) {
        @JsonPOJOBuilder(withPrefix = "")
        static final class Builder {
            private int x;

            Builder x(int value) {
                x = value;
                return this;
            }

            Built build() {
                return new Built(x);
            }
        }
    }

    @Refused(why = "@JsonIdentityInfo")
    @JsonIdentityInfo(generator = ObjectIdGenerators.IntSequenceGenerator.class)
    record Identified(String name) {}

    @Refused(at = "points", why = "@JsonIdentityInfo")
    record Identifying(
            @JsonIdentityInfo(generator = ObjectIdGenerators.UUIDGenerator.class)
            List<Point> points) {}

    @Refused(why = "include = WRAPPER_OBJECT")
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, include = JsonTypeInfo.As.WRAPPER_OBJECT)
    @JsonSubTypes(@JsonSubTypes.Type(Wrapped.A.class))
    interface Wrapped {
        record A(int x) implements Wrapped {}
    }

    @Refused(why = "include = WRAPPER_ARRAY")
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, include = JsonTypeInfo.As.WRAPPER_ARRAY)
    sealed interface Arrayed {
        record A(int x) implements Arrayed {}
    }

    @Refused(why = "include = EXTERNAL_PROPERTY")
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, include = JsonTypeInfo.As.EXTERNAL_PROPERTY)
    @JsonSubTypes(@JsonSubTypes.Type(Outside.A.class))
    interface Outside {
        record A(int x) implements Outside {}
    }

    @Refused(why = "include = EXISTING_PROPERTY")
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, include = JsonTypeInfo.As.EXISTING_PROPERTY, property = "kind")
    @JsonSubTypes(@JsonSubTypes.Type(value = Existing.A.class, name = "a"))
    interface Existing {
        record A(String kind) implements Existing {}
    }

    @Refused(why = "DEDUCTION")
    @JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
    @JsonSubTypes({@JsonSubTypes.Type(Deduced.A.class), @JsonSubTypes.Type(Deduced.B.class)})
    interface Deduced {
        record A(int x) implements Deduced {}

        record B(int y) implements Deduced {}
    }

    @Refused(why = "CUSTOM")
    @JsonTypeInfo(use = JsonTypeInfo.Id.CUSTOM)
    @JsonTypeIdResolver(ClassNameIdResolver.class)
    interface Resolved {}

    @Refused(why = "defaultImpl = java.lang.Void")
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, defaultImpl = Void.class)
    @JsonSubTypes(@JsonSubTypes.Type(Forgetful.A.class))
    interface Forgetful {
        record A(int x) implements Forgetful {}
    }

    @Refused(why = "requireTypeIdForSubtypes")
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, requireTypeIdForSubtypes = OptBoolean.FALSE)
    @JsonSubTypes(@JsonSubTypes.Type(Untagged.class))
    static class Untagged {
        public int x;
    }

    @Refused(why = "is read as another class")
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Twins.A.class, name = "same"),
        @JsonSubTypes.Type(value = Twins.B.class, name = "same")
    })
    interface Twins {
        record A(int x) implements Twins {}

        record B(int y) implements Twins {}
    }

    @Refused(at = "(A)", why = "has the name of the tag")
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonSubTypes(@JsonSubTypes.Type(Shadowed.A.class))
    interface Shadowed {
        record A(String kind) implements Shadowed {}
    }

    @Refused(at = "point", why = "@JsonTypeInfo on a property")
    record TypedHere(
            @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, include = JsonTypeInfo.As.EXTERNAL_PROPERTY)
            Point point) {}

    @Refused(at = "point", why = "@JsonTypeIdResolver")
    record ResolvedHere(
            @JsonTypeIdResolver(TypeNameIdResolver.class) Point point) {}

    @Refused(at = "point", why = "@JsonIgnoreProperties on a property")
    record Partly(@JsonIgnoreProperties("x") Point point) {}

    @Refused(at = "points", why = "@JsonIncludeProperties")
    record Chosen(@JsonIncludeProperties("x") List<Point> points) {}

    @Refused(why = "@JsonIncludeProperties")
    @JsonIncludeProperties("x")
    static class ChosenClass {
        public int x;
        public int y;
    }

    @Refused(at = "gone", why = "it is not written")
    record IgnoredType(int x, Gone gone) {}

    @JsonIgnoreType
    record Gone(int x) {}

    @Refused(at = "home", why = "spread into their owner")
    record Flat(@JsonUnwrapped Home home) {}

    record Home(String street) {}

    @Refused(why = "@JsonFilter")
    @JsonFilter("mine")
    record Filtered(int x) {}

    @Refused(at = "point", why = "@JsonFilter")
    record Filtering(@JsonFilter("mine") Point point) {}

    @Refused(at = "x", why = "it is not written")
    record OnlyRead(
            @JsonProperty(access = JsonProperty.Access.WRITE_ONLY)
            int x,

            int y) {}

    @Refused(at = "x", why = "")
    record OnlyWritten(
            @JsonProperty(access = JsonProperty.Access.READ_ONLY)
            int x,

            int y) {}

    @Refused(at = "children", why = "@JsonManagedReference")
    static class Parent {
        @JsonManagedReference
        public List<Child> children = new ArrayList<>();
    }

    @Refused(at = "parent", why = "@JsonBackReference")
    static class Child {
        public String name;

        @JsonBackReference
        public Parent parent;
    }

    @Refused(why = "@JsonAnyGetter")
    static class Open {
        private final Map<String, String> all = new LinkedHashMap<>();

        @JsonAnyGetter
        public Map<String, String> all() {
            return all;
        }

        @JsonAnySetter
        public void put(String name, String value) {
            all.put(name, value);
        }
    }

    @Refused(why = "@JsonAnySetter")
    static class Taking {
        public int x;
        private transient Map<String, String> all = new LinkedHashMap<>();

        @JsonAnySetter
        public void put(String name, String value) {
            all.put(name, value);
        }
    }

    @Refused(at = "day", why = "@JsonFormat: a pattern")
    record Patterned(@JsonFormat(pattern = "yyyy-MM-dd") LocalDate day) {}

    @Refused(at = "days", why = "@JsonFormat: a pattern")
    record PatternedList(@JsonFormat(pattern = "yyyy-MM-dd") List<Date> days) {}

    @Refused(at = "at", why = "@JsonFormat: the shape NUMBER_INT")
    record Stamped(
            @JsonFormat(shape = JsonFormat.Shape.NUMBER_INT) Instant at) {}

    @Refused(at = "at", why = "@JsonFormat: a pattern, a time zone")
    record Zoned(@JsonFormat(timezone = "UTC") ZonedDateTime at) {}

    @Refused(at = "at", why = "@JsonFormat: without WRITE_DATES_WITH_ZONE_ID")
    record Unzoned(
            @JsonFormat(without = JsonFormat.Feature.WRITE_DATES_WITH_ZONE_ID)
            ZonedDateTime at) {}

    @Refused(at = "at", why = "@JsonFormat: with ADJUST_DATES")
    record Moved(
            @JsonFormat(with = JsonFormat.Feature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
            ZonedDateTime at) {}

    @Refused(at = "list", why = "@JsonFormat: with WRITE_SINGLE_ELEM_ARRAYS_UNWRAPPED")
    record Unwrapping(
            @JsonFormat(with = JsonFormat.Feature.WRITE_SINGLE_ELEM_ARRAYS_UNWRAPPED)
            List<List<String>> list) {}

    @Refused(at = "point", why = "@JsonFormat: the shape ARRAY")
    record Positions(
            @JsonFormat(shape = JsonFormat.Shape.ARRAY) Point point) {}

    @Refused(why = "@JsonFormat: the shape ARRAY")
    @JsonFormat(shape = JsonFormat.Shape.ARRAY)
    record Position(int x, int y) {}

    @Refused(why = "@JsonFormat: the shape NUMBER")
    @JsonFormat(shape = JsonFormat.Shape.NUMBER)
    enum Ordinal {
        A,
        B
    }

    @Refused(at = "color", why = "@JsonFormat: the shape NUMBER")
    record Ordinals(
            @JsonFormat(shape = JsonFormat.Shape.NUMBER) Color color) {}

    enum Color {
        RED,
        GREEN
    }

    @Refused(why = "@JsonFormat: the shape OBJECT")
    @JsonFormat(shape = JsonFormat.Shape.OBJECT)
    static final class Listed extends ArrayList<String> {
        private static final long serialVersionUID = 1L;
    }

    @Refused(at = "name", why = "the property has an initial value")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    static class Initial {
        public String name = "initial";
    }

    @Refused(at = "name", why = "the property has an initial value")
    static class InitialOptional {
        @JsonInclude(JsonInclude.Include.NON_ABSENT)
        public Optional<String> name = Optional.of("initial");
    }

    @Refused(at = "name", why = "the property has an initial value")
    static class NullOptional {
        @JsonInclude(JsonInclude.Include.NON_ABSENT)
        public Optional<String> name;
    }

    @Refused(why = "its @JsonValue is optional")
    record OptionalValue(@JsonValue Optional<String> value) {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        OptionalValue {}
    }

    @Refused(at = "note", why = "the constructor may set")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    static class SetBeside {
        public final String name;
        public String note;

        @JsonCreator
        SetBeside(@JsonProperty("name") String name) {
            this.name = name;
            this.note = name;
        }
    }

    @Refused(at = "name", why = "the constructor failed with java.lang.IllegalStateException")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    static class Unmade {
        public String name;

        Unmade() {
            throw new IllegalStateException("not now");
        }
    }

    @Refused(at = "name", why = "@JsonProperty(required)")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Required(@JsonProperty(required = true) String name) {}

    @Refused(at = "map", why = "@JsonInclude(content = NON_NULL)")
    record Emptied(
            @JsonInclude(content = JsonInclude.Include.NON_NULL)
            Map<String, String> map) {}

    @Refused(at = "x", why = "@JsonInclude(NON_DEFAULT)")
    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    static class Defaulted {
        public int x = 7;
    }

    @Refused(at = "name", why = "@JsonSetter(nulls)")
    static class Skipping {
        @JsonSetter(nulls = Nulls.SKIP)
        public String name = "a";
    }

    @Refused(at = "name", why = "@JsonSetter(nulls)")
    record Emptying(@JsonSetter(nulls = Nulls.AS_EMPTY) String name) {}

    @Refused(at = "name", why = "@JsonSetter(nulls)")
    record Failing(@JsonSetter(nulls = Nulls.FAIL) String name) {}

    @Refused(at = "names", why = "@JsonSetter(nulls)")
    record SkippingElements(
            @JsonSetter(contentNulls = Nulls.SKIP) List<String> names) {}

    @Refused(at = "name", why = "nullsUsing")
    record Nulled(
            @JsonSerialize(nullsUsing = NullSerializer.class)
            String name) {}

    @Refused(at = "name", why = "@JsonSerialize(as")
    record Seen(@JsonSerialize(as = Base.class) Derived name) {}

    static class Base {
        public int x;
    }

    static class Derived extends Base {
        public int y;
    }

    @Refused(why = "@JsonSerialize(as")
    @JsonSerialize(as = Base.class)
    static class SeenAs extends Base {
        public int z;
    }

    @Refused(at = "name", why = "it is not written")
    static class Injected {
        public final int x;

        @JsonCreator
        Injected(@JsonProperty("x") int x, @JacksonInject @JsonProperty("name") String name) {
            this.x = x;
        }
    }

    @Refused(why = "@JacksonInject")
    static class InjectedField {
        @JacksonInject
        public String name;
    }

    @Refused(at = "list", why = "@JsonMerge")
    static class Merged {
        @JsonMerge
        public List<String> list = new ArrayList<>();
    }

    @Refused(at = "tags", why = "filled through its getter")
    static class Filled {
        private List<String> _tags = new ArrayList<>();

        public List<String> getTags() {
            return _tags;
        }
    }

    @Refused(at = "more", why = "")
    @JsonAppend(attrs = @JsonAppend.Attr("more"))
    record Appended(int x) {}

    @Refused(why = "its @JsonCreator takes one value")
    static class Delegating {
        public int x;

        Delegating() {}

        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        Delegating(Point point) {
            x = point.x();
        }
    }

    @Refused(why = "has a @JsonValue, but no constructor")
    static final class Narrowing {
        @JsonValue
        private final long value;

        @JsonCreator
        Narrowing(int value) {
            this.value = value;
        }
    }

    static List<Class<?>> refused() {
        return Arrays.stream(AnnotationsTest.class.getDeclaredClasses())
                .filter(type -> type.isAnnotationPresent(Refused.class))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whatCouldLoseSomethingIsRefusedWithItsPath(Class<?> type) {
        Refused expected = type.getAnnotation(Refused.class);
        String place = expected.at();
        for (Codec codec : CODECS) {
            ConfigurationException error =
                    catchThrowableOfType(ConfigurationException.class, () -> Shapes.examine(codec, type, "state"));
            assertThat(error).as("%s", type).isNotNull();
            assertThat(error.reason()).isEqualTo(ConfigurationException.Reason.INVALID_TYPE);
            assertThat(error.context().get("detail")).contains(expected.why());
            assertThat(error.context())
                    .containsEntry(
                            "path",
                            type.getSimpleName() + (place.isEmpty() || place.startsWith("(") ? place : "." + place));
        }
    }

    @JsonView(Point.class)
    record Viewed(@JsonView(Point.class) int x, int y) {}

    record AsText(
            @JsonFormat(shape = JsonFormat.Shape.STRING) Instant at,
            @JsonFormat(shape = JsonFormat.Shape.STRING) long number,
            @JsonFormat(shape = JsonFormat.Shape.STRING) Color color,

            @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
            List<String> list) {}

    @JsonNaming(com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy.class)
    record Snake(int firstValue, int secondValue) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    static class Uninitialised {
        public String name;
        public Optional<String> note;

        @JsonInclude(JsonInclude.Include.NON_ABSENT)
        public Optional<String> more = Optional.empty();

        public int count;

        @Override
        public boolean equals(Object other) {
            return other instanceof Uninitialised that
                    && Objects.equals(name, that.name)
                    && Objects.equals(note, that.note);
        }

        @Override
        public int hashCode() {
            return Objects.hash(name, note);
        }
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind", defaultImpl = Vehicle.Other.class)
    @JsonSubTypes({@JsonSubTypes.Type(Vehicle.Car.class), @JsonSubTypes.Type(Vehicle.Other.class)})
    interface Vehicle {
        record Car(int doors) implements Vehicle {}

        record Other(String name) implements Vehicle {}
    }

    record Vehicles(List<Vehicle> all) {}

    record Text(@JsonValue Point point) {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        Text {}
    }

    static List<Object> accepted() {
        Uninitialised named = new Uninitialised();
        named.name = "a";
        return List.of(
                new Viewed(1, 2),
                new AsText(Instant.parse("2026-01-02T03:04:05.123456789Z"), Long.MIN_VALUE, Color.GREEN, List.of("a")),
                new Snake(1, 2),
                new Uninitialised(),
                named,
                new Vehicles(List.of(new Vehicle.Car(3), new Vehicle.Other("o"))),
                new Text(new Point(1, 2)));
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void whatLosesNothingComesBack(Object value) {
        for (Codec codec : CODECS) {
            assertThatCode(() -> Shapes.examine(codec, value.getClass(), "state"))
                    .doesNotThrowAnyException();
            assertThat(codec.decode(codec.encode(value, value.getClass()), value.getClass()))
                    .isEqualTo(value);
        }
    }

    record Wrapper(@JsonValue String text) {}

    record Ratio(@JsonValue double ratio) {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        Ratio {}
    }

    @Test
    void aValueThatIsNoFiniteNumberIsRefusedWhenItIsWritten() {
        for (Codec codec : CODECS) {
            Shapes.examine(codec, Ratio.class, "state");
            ConfigurationException error = catchThrowableOfType(
                    ConfigurationException.class, () -> codec.encode(new Ratio(Double.NaN), Ratio.class));
            assertThat(error).isNotNull();
            assertThat(error.context().get("detail")).contains("a @JsonValue is not finite");
            assertThat(codec.decode(codec.encode(new Ratio(-0.0), Ratio.class), Ratio.class))
                    .isEqualTo(new Ratio(-0.0));
        }
    }

    /** Later than the first value, so that no proof finds it. */
    @Test
    void aValueThatIsNullIsRefusedWhenItIsWritten() {
        for (Codec codec : CODECS) {
            Shapes.examine(codec, Wrapper.class, "state");
            for (Object value : List.of(new Wrapper(null), List.of(new Wrapper("a"), new Wrapper(null)))) {
                ConfigurationException error =
                        catchThrowableOfType(ConfigurationException.class, () -> codec.encode(value, value.getClass()));
                assertThat(error).isNotNull();
                assertThat(error.context().get("detail")).contains("a @JsonValue is null");
            }
            assertThat(codec.decode(codec.encode(new Wrapper("a"), Wrapper.class), Wrapper.class))
                    .isEqualTo(new Wrapper("a"));
        }
    }

    @Test
    void eachRefusalIsTried() {
        assertThat(refused()).hasSizeGreaterThan(50);
    }
}
