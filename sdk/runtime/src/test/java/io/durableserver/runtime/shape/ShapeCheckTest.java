package io.durableserver.runtime.shape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import io.durableserver.Codec;
import io.durableserver.ConfigurationException;
import io.durableserver.ConfigurationException.Reason;
import io.durableserver.WireName;
import io.durableserver.runtime.codec.CborCodec;
import io.durableserver.runtime.codec.JsonCodec;
import io.durableserver.runtime.codec.Shapes;
import java.io.InputStream;
import java.io.Serializable;
import java.lang.reflect.Field;
import java.lang.reflect.Type;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Calendar;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@NullMarked
@SuppressWarnings({"unused", "rawtypes", "ArrayRecordComponent", "ClassCanBeStatic"}) // shapes, not uses
class ShapeCheckTest {
    private static final List<Codec> CODECS = List.of(JsonCodec.INSTANCE, CborCodec.INSTANCE);

    record Line(String sku, int count) {}

    sealed interface Pay {}

    record Card(String number) implements Pay {}

    enum Cash implements Pay {
        EUR,
        USD {
            @Override
            public String toString() {
                return "dollar";
            }
        }
    }

    enum Twice {
        @JsonProperty("a")
        ONE,
        @JsonProperty("a")
        TWO
    }

    sealed interface Clash {}

    record Tagged(@JsonProperty("@type") String kind) implements Clash {}

    static final class First {
        record Same(int x) implements Duplicate {}
    }

    sealed interface Duplicate {}

    static final class Second {
        @WireName("Same")
        record Other(int x) implements Duplicate {}
    }

    sealed interface Leaky {}

    record Inside(Object anything) implements Leaky {}

    record Tree(String name, List<Tree> children, @Nullable Tree parent) {}

    record Grows<T>(T value, @Nullable Grows<List<T>> next) {}

    record Two<A, B>(A a, B b) {}

    record Doubles<T>(T value, Doubles<Two<T, T>> next) {}

    record Box<T>(T value) {}

    record Bounded<T extends Pay>(T value) {}

    interface Open {}

    abstract static class Abstract {
        public int x;
    }

    /** Names of fields that differ from those of their properties, as tools write them. */
    @JsonIgnoreProperties("cache")
    static class Spelled {
        private boolean isActive;
        private String xAxis = "";
        private String _title = "";
        private String mMode = "";
        private String cache = "";

        public boolean isActive() {
            return isActive;
        }

        public void setActive(boolean value) {
            isActive = value;
        }

        public String getXAxis() {
            return xAxis;
        }

        public void setXAxis(String value) {
            xAxis = value;
        }

        public String getTitle() {
            return _title;
        }

        public void setTitle(String value) {
            _title = value;
        }

        public String getMode() {
            return mMode;
        }

        public void setMode(String value) {
            mMode = value;
        }
    }

    static class Bean {
        private int count;
        private transient @Nullable String cache;

        public int getCount() {
            return count;
        }

        public void setCount(int count) {
            this.count = count;
        }

        public int getTwice() {
            return 2 * count;
        }
    }

    static final class Made {
        private final String name;
        private final int size;

        @JsonCreator
        Made(@JsonProperty("name") String name, @JsonProperty("size") int size) {
            this.name = name;
            this.size = size;
        }

        public String getName() {
            return name;
        }

        public int getSize() {
            return size;
        }
    }

    static final class Invisible {
        private int hidden;
        public int seen;
    }

    static final class Renamed {
        private final int mine;

        @JsonCreator
        Renamed(@JsonProperty("yours") int yours) {
            mine = yours;
        }

        public int getMine() {
            return mine;
        }
    }

    static final class NoWayIn {
        private final int x;

        NoWayIn(int x, int y) {
            this.x = x + y;
        }

        public int getX() {
            return x;
        }
    }

    final class Inner {
        public int x;
    }

    record Text(@JsonValue String text) {}

    record Pair(@JsonValue List<String> both) {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        Pair {}
    }

    static final class OneWay {
        private final long at;

        OneWay(Instant at) {
            this.at = at.toEpochMilli();
        }

        @JsonValue
        long at() {
            return at;
        }
    }

    static final class Bag extends ArrayList<String> {
        private static final long serialVersionUID = 1L;
        String owner = "";
    }

    static final class Plain extends ArrayList<String> {
        private static final long serialVersionUID = 1L;
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
    @JsonSubTypes({@JsonSubTypes.Type(value = Named.class, name = "named")})
    interface Annotated {}

    record Named(int x) implements Annotated {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
    interface Forgotten {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
    interface ByClass {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
    @JsonSubTypes({@JsonSubTypes.Type(value = Listed.class, name = "l")})
    sealed interface Half {}

    record Listed(int x) implements Half {}

    record Unlisted(int x) implements Half {}

    /** What is fine: a field each. */
    @NullUnmarked
    static final class Fine {
        Tree tree;
        Line[][] arrays;
        byte[] bytes;
        Optional<Pay> pay;
        Map<Cash, List<Map<String, Pay>>> nested;
        EnumMap<Cash, Pay> byCash;
        Map<Text, Integer> byText;
        Box<Box<Pay>> boxes;
        Bounded<Card> bounded;
        List<? extends Pay> wild;
        Bean bean;
        Spelled spelled;
        Made made;
        Text text;
        Pair pair;
        Plain plain;
        Annotated annotated;
        Cash cash;
        Set<Instant> instants;
        Map<Instant, Line> byInstant;
        Void nothing;
    }

    /** What is not: a field each, and the end of its path and a word of why. */
    @NullUnmarked
    static final class Bad {
        Object any;
        Box<Object> boxed;
        Box raw;
        List rawList;
        List<?> wild;
        Map<String, Object> map;
        Map<String, List<Map<Integer, Open>>> deep;
        Box<Optional<Leaky>> leaf;
        Grows<String> grows;
        Doubles<String> doubles;
        Number number;
        CharSequence chars;
        Comparable<String> comparable;
        Serializable serializable;
        Open open;
        Abstract closed;
        Function<String, String> function;
        Runnable lambda;
        Comparator<String> comparator;
        Thread thread;
        Class<?> type;
        InputStream stream;
        Iterator<String> iterator;
        Iterable<String> iterable;
        Stream<String> elements;
        Exception exception;
        IllegalStateException[] exceptions;
        StackTraceElement element;
        BitSet bits;
        Calendar calendar;
        Pattern pattern;
        Path path;
        InetAddress address;
        StringBuilder builder;
        Properties properties;
        JsonNode node;
        Map<Line, String> byRecord;
        Map<Object, String> byAnything;
        Map<List<String>, String> byList;
        Map<Pay, String> byPay;
        Invisible invisible;
        Renamed renamed;
        NoWayIn noWayIn;
        Inner inner;
        OneWay oneWay;
        Bag bag;
        Twice twice;
        Clash clash;
        Duplicate duplicate;
        Forgotten forgotten;
        ByClass byClass;
        Half half;
        Raw rawJson;
        Spread spread;
        Shortened shortened;
        Dropped dropped;
        Enum<?> anyEnum;
        HashMap<String, Bag> bags;
        java.util.concurrent.CompletableFuture<String> future;
        java.sql.Timestamp timestamp;
        io.durableserver.ServerRef ref;
        Optional<Optional<String>> twiceOptional;
        Box<Optional<OptionalInt>> optionalNumber;
        Set<Box<List<byte[]>>> arraysInSets;
        Set<Optional<java.util.Deque<String>>> queuesInSets;
    }

    record Raw(@JsonRawValue String json) {}

    record Spread(@JsonUnwrapped Line line) {}

    record Shortened(
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> list) {}

    record Dropped(int kept, @JsonIgnore int gone) {}

    /** The field of {@link Bad}, the path, and a part of why. */
    private static final String BAD = """
            any|Object|Object, or a type argument
            boxed|Box.value|Object, or a type argument
            raw|Box.value|Object, or a type argument
            rawList|List[]|Object, or a type argument
            wild|List[]|Object, or a type argument
            map|Map{}|Object, or a type argument
            deep|Map{}[]{}|is an interface
            leaf|Box.value?(Inside).anything|Object, or a type argument
            grows|Grows|ever larger arguments
            doubles|Doubles|ever larger arguments
            number|Number|Declare long, double or BigDecimal
            chars|CharSequence|declare String
            comparable|Comparable|of the JDK
            serializable|Serializable|of the JDK
            open|Open|is an interface
            closed|Abstract|is abstract
            function|Function|of the JDK
            lambda|Runnable|of the JDK
            comparator|Comparator|of the JDK
            thread|Thread|of the JDK
            type|Class|of the JDK
            stream|InputStream|of the JDK
            iterator|Iterator|Declare a List
            iterable|Iterable|of the JDK
            elements|Stream|Declare a List
            exception|Exception|an exception
            exceptions|IllegalStateException[]|an exception
            element|StackTraceElement|of the JDK
            bits|BitSet|of the JDK
            calendar|Calendar|of the JDK
            pattern|Pattern|of the JDK
            path|Path|of the JDK
            address|InetAddress|of the JDK
            builder|StringBuilder|of the JDK
            properties|Properties|Map<String, String>
            node|JsonNode|numbers would come back as others
            byRecord|Map{key}|is no key
            byAnything|Map{key}|is no key
            byList|Map{key}|is no key
            byPay|Map{key}|is no key
            invisible|Invisible.hidden|no property carries this field
            renamed|Renamed.yours|it is not written
            noWayIn|NoWayIn.y|it is not written
            inner|Inner|belongs to an instance
            oneWay|OneWay|@JsonValue
            bag|Bag|has the field owner beside its elements
            twice|Twice|the constant ONE does not come back
            clash|Clash(Tagged)|the name of the tag
            duplicate|Duplicate|have the same tag Same
            forgotten|Forgotten|without @JsonSubTypes
            byClass|ByClass|class names
            half|Half|Unlisted is not among the @JsonSubTypes
            rawJson|Raw.json|@JsonRawValue
            spread|Spread.line|spread into their owner
            shortened|Shortened.list|@JsonInclude(NON_EMPTY)
            dropped|Dropped.gone|no property carries this field
            anyEnum|Enum|any enum
            bags|HashMap{}|has the field owner beside its elements
            future|CompletableFuture|of the JDK
            timestamp|Timestamp|of the JDK
            ref|ServerRef|is an interface
            twiceOptional|Optional?|an optional in an optional
            optionalNumber|Box.value?|an optional in an optional
            arraysInSets|Set[].value[]|an array in elements of a set
            queuesInSets|Set[]?|Deque in elements of a set
            """;

    static List<Field> fine() {
        return List.of(Fine.class.getDeclaredFields());
    }

    static List<String> bad() {
        return BAD.lines().toList();
    }

    @ParameterizedTest
    @MethodSource("fine")
    void whatComesBackIsAccepted(Field field) {
        for (Codec codec : CODECS) {
            assertThatCode(() -> Shapes.examine(codec, field.getGenericType(), "state"))
                    .doesNotThrowAnyException();
        }
    }

    @ParameterizedTest
    @MethodSource("bad")
    void whatDoesNotComeBackIsRefusedWithItsPath(String line) throws NoSuchFieldException {
        List<String> expected = List.of(line.split("\\|"));
        Type type = Bad.class.getDeclaredField(expected.get(0)).getGenericType();
        for (Codec codec : CODECS) {
            ConfigurationException error = refused(codec, type);
            assertThat(error.context())
                    .containsEntry("path", expected.get(1))
                    .containsEntry("state", type.getTypeName());
            assertThat(error.context().get("detail")).contains(expected.get(2));
        }
    }

    @Test
    void everyBadShapeIsInTheTable() {
        assertThat(bad()).hasSize(Bad.class.getDeclaredFields().length);
    }

    private static ConfigurationException refused(Codec codec, Type type) {
        ConfigurationException error =
                catchThrowableOfType(ConfigurationException.class, () -> Shapes.examine(codec, type, "state"));
        assertThat(error).as("%s", type).isNotNull();
        assertThat(error.reason()).isEqualTo(Reason.INVALID_TYPE);
        return error;
    }
}
