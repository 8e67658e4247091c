package io.durableserver.runtime.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.durableserver.Codec;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which stored states fit a class, and what becomes of those that do not. */
@NullMarked
class StateReaderTest {
    /** An annotation of the old kind, by name only. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target({ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER})
    @interface OldNullable {
        @Retention(RetentionPolicy.RUNTIME)
        @Target({ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER})
        @interface Nullable {}
    }

    record Address(String street, Optional<String> zip) {}

    record Line(String sku, int count, Optional<String> note) {}

    @SuppressWarnings("ArrayRecordComponent") // what applications do
    record Person(
            String name,
            int age,
            Optional<String> mail,
            OptionalInt height,
            @Nullable String nick,
            @OldNullable.Nullable String title,
            List<String> tags,
            Map<String, Line> lines,
            String[] words,
            Address address,
            @Nullable Address second) {}

    sealed interface Pay permits Card, Cash {}

    record Card(String number, Optional<String> holder) implements Pay {}

    record Cash() implements Pay {}

    record Order(Pay pay, List<Pay> more) {}

    static class Bean {
        private String name = "";
        private List<String> tags = List.of("initial");
        private @Nullable String nick;

        public String getName() {
            return name;
        }

        public void setName(String value) {
            name = value;
        }

        public List<String> getTags() {
            return tags;
        }

        public void setTags(List<String> value) {
            tags = value;
        }

        public @Nullable String getNick() {
            return nick;
        }

        public void setNick(@Nullable String value) {
            nick = value;
        }

        /** Written, and read by nobody. */
        public int getLength() {
            return name.length();
        }
    }

    record Renamed(
            @JsonProperty("n") String name,
            @JsonAlias("old") String current) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Sparse(@org.jspecify.annotations.Nullable String a, Long b) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Tolerant(String a) {}

    static final class Open {
        private final Map<String, Object> all = new LinkedHashMap<>();

        @JsonAnyGetter
        public Map<String, Object> all() {
            return all;
        }

        @JsonAnySetter
        public void put(String name, Object value) {
            all.put(name, value);
        }
    }

    record Flat(@JsonUnwrapped Address address) {}

    record Tree(String name, List<Tree> children, @Nullable Tree parent) {}

    static List<Codec> codecs() {
        return List.of(JsonCodec.INSTANCE, CborCodec.INSTANCE);
    }

    private static final String PERSON = """
            {"name":"Ada","age":36,"mail":null,"height":7,"nick":null,"title":null,"tags":["a"],"lines":{"k":{"sku":"s","count":1,\
            "note":null}},"words":["w"],"address":{"street":"St","zip":null},"second":null}""";

    private static StateReader.Read read(String json, Class<?> type, String... optional) throws StateReader.Misfit {
        return reader(JsonCodec.INSTANCE).read(json.getBytes(UTF_8), type, Set.of(optional));
    }

    private static StateReader reader(Codec codec) {
        return Objects.requireNonNull(StateReader.of(codec));
    }

    private static String misfit(String json, Class<?> type, String... optional) {
        StateReader.Misfit misfit = catchThrowableOfType(StateReader.Misfit.class, () -> read(json, type, optional));
        assertThat(misfit).as(json).isNotNull();
        return misfit.path;
    }

    private static String without(String member) {
        String cut = PERSON.replaceFirst("\"" + member + "\":(\\[[^]]*]|\\{\"k.*?}}|[^,{\\[]*),", "");
        assertThat(cut).isNotEqualTo(PERSON);
        return cut;
    }

    @Test
    void aWholeStateFits() throws StateReader.Misfit {
        Person person =
                (Person) Objects.requireNonNull(read(PERSON, Person.class).value());

        assertThat(person.name()).isEqualTo("Ada");
        assertThat(person.lines()).containsKey("k");
    }

    @ParameterizedTest
    @ValueSource(strings = {"name", "age"})
    void aMissingMemberIsRefused(String member) {
        assertThat(misfit(without(member), Person.class)).isEqualTo(member);
    }

    @Test
    void optionalNullableAndCollectionMembersMayBeMissingAndCollectionsAreEmpty() throws StateReader.Misfit {
        Person person = (Person) Objects.requireNonNull(
                read("{\"name\":\"Ada\",\"age\":36,\"address\":{\"street\":\"St\"}}", Person.class)
                        .value());

        assertThat(person.mail()).isEmpty();
        assertThat(person.height()).isEmpty();
        assertThat(person.nick()).isNull();
        assertThat(person.title()).isNull();
        assertThat(person.tags()).isEmpty();
        assertThat(person.lines()).isEmpty();
        assertThat(person.words()).isEmpty();
        assertThat(person.address().zip()).isEmpty();
        assertThat(person.second()).isNull();
    }

    @Test
    void whatLiesDeeperIsHeldToTheSameRules() {
        assertThat(misfit(PERSON.replace("\"street\":\"St\",", ""), Person.class))
                .isEqualTo("address.street");
        assertThat(misfit(PERSON.replace("\"count\":1,", ""), Person.class)).isEqualTo("lines.*.count");
        assertThat(misfit(PERSON.replace("\"count\":1", "\"count\":1,\"new\":2"), Person.class, "lines.*.new"))
                .isEqualTo("lines.*.new");
        assertThat(misfit(PERSON.replace("\"street\"", "\"road\""), Person.class))
                .isEqualTo("address.street");
    }

    @Test
    void anUnknownMemberIsRefusedUnlessTheRecordSaysThatItIsOptional() throws StateReader.Misfit {
        String newer = PERSON.replace("{\"name\"", "{\"extra\": [1.10, {\"a\" :1e3}] ,\"name\"")
                .replace("\"street\"", "\"country\":\"D\\u00e9\",\"street\"");

        assertThat(misfit(newer, Person.class)).isEqualTo("extra");
        assertThat(misfit(newer, Person.class, "extra")).isEqualTo("address.country");
        StateReader.Read read = read(newer, Person.class, "extra", "address.country");
        assertThat(read.kept()).extracting(KeptMember::name).containsExactly("extra", "address.country");
        assertThat(read.kept())
                .extracting(member -> new String(member.value(), UTF_8))
                .containsExactly("[1.10, {\"a\" :1e3}]", "\"D\\u00e9\"");
    }

    @Test
    void keptMembersGoBackWordForWord() throws StateReader.Misfit {
        String newer = PERSON.replace("{\"name\"", "{\"extra\":[1.10],\"~.\":{},\"name\"")
                .replace("\"street\"", "\"country\":\"D\\u00e9\",\"street\"");
        StateReader.Read read = read(newer, Person.class, "extra", "~0~1", "address.country");
        byte[] own = JsonCodec.INSTANCE.encode(read.value(), Person.class);

        String merged = new String(reader(JsonCodec.INSTANCE).merge(own, read.kept()), UTF_8);

        assertThat(merged)
                .contains("\"address\":{\"street\":\"St\",\"zip\":null,\"country\":\"D\\u00e9\"}")
                .endsWith(",\"extra\":[1.10],\"~.\":{}}");
        StateReader.Read again = read(merged, Person.class, "extra", "~0~1", "address.country");
        assertThat(again.kept()).hasSize(3);
    }

    @Test
    void aKeptMemberGoesWithItsObjectAndGivesWayToOneOfTheState() {
        StateReader reader = reader(JsonCodec.INSTANCE);
        List<KeptMember> kept = List.of(
                new KeptMember(List.of("address", "zip"), "1".getBytes(UTF_8)),
                new KeptMember(List.of("a"), "2".getBytes(UTF_8)));

        assertThat(new String(reader.merge("{}".getBytes(UTF_8), kept), UTF_8)).isEqualTo("{\"a\":2}");
        assertThat(new String(reader.merge("{\"address\":null,\"a\":7}".getBytes(UTF_8), kept), UTF_8))
                .isEqualTo("{\"address\":null,\"a\":7}");
        assertThat(new String(reader.merge("{\"address\":{},\"b\":{}}".getBytes(UTF_8), kept), UTF_8))
                .isEqualTo("{\"address\":{\"zip\":1},\"b\":{},\"a\":2}");
    }

    @Test
    void optionalMembersAreNamedByPath() {
        assertThat(reader(JsonCodec.INSTANCE).optionalMembers(Person.class))
                .containsExactly(
                        "address.zip",
                        "height",
                        "lines",
                        "mail",
                        "nick",
                        "second",
                        "second.zip",
                        "tags",
                        "title",
                        "words");
        assertThat(reader(JsonCodec.INSTANCE).optionalMembers(Tree.class)).containsExactly("children", "parent");
        assertThat(reader(JsonCodec.INSTANCE).optionalMembers(Order.class)).containsExactly("more");
        assertThat(reader(JsonCodec.INSTANCE).optionalMembers(String.class)).isEmpty();
        assertThat(reader(CborCodec.INSTANCE).optionalMembers(Person.class)).isEmpty();
    }

    @Test
    void sealedTypesAreReadByTheirTagWhereverItStands() throws StateReader.Misfit {
        String json = new String(
                JsonCodec.INSTANCE.encode(
                        new Order(
                                new Card("1", Optional.empty()), List.of(new Cash(), new Card("2", Optional.of("x")))),
                        Order.class),
                UTF_8);

        assertThat(read(json, Order.class).value()).isNotNull();
        assertThat(misfit(json.replace("\"number\":\"1\",", ""), Order.class)).isEqualTo("pay.number");
        assertThat(misfit(json.replace("\"number\":\"2\",", ""), Order.class)).isEqualTo("more.*.number");
        assertThat(misfit(json.replace("\"number\":\"1\"", "\"new\":1,\"number\":\"1\""), Order.class, "pay.new"))
                .isEqualTo("pay.new");
        String sorted = "{\"pay\":{\"holder\":null,\"number\":\"1\",\"@type\":\"Card\"},\"more\":[]}";
        assertThat(read(sorted, Order.class).value()).isNotNull();
        assertThat(misfit(sorted.replace("\"number\":\"1\",", ""), Order.class)).isEqualTo("pay.number");
        assertThat(misfit(sorted.replace("\"number\"", "\"new\":1,\"number\""), Order.class, "pay.new"))
                .isEqualTo("pay.new");
    }

    @Test
    void beansAreHeldToTheirPropertiesAndKeepTheirInitialCollections() throws StateReader.Misfit {
        byte[] own = JsonCodec.INSTANCE.encode(new Bean(), Bean.class);
        assertThat(new String(own, UTF_8)).as("a derived getter is not stored").doesNotContain("length");

        assertThat(read(new String(own, UTF_8), Bean.class).kept()).isEmpty();
        assertThat(misfit("{\"tags\":[]}", Bean.class)).isEqualTo("name");
        Bean bean = (Bean)
                Objects.requireNonNull(read("{\"name\":\"a\"}", Bean.class).value());
        assertThat(bean.getTags()).containsExactly("initial");
        assertThat(bean.getNick()).isNull();
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Bare(
            String name,
            @Nullable List<String> tags,
            @Nullable Map<String, String> notes) {}

    @Test
    void nullThatIsLeftOutComesBackAsNullAlsoWhereACollectionIsDeclared() throws StateReader.Misfit {
        Bare bare = new Bare("a", null, null);
        String json = new String(JsonCodec.INSTANCE.encode(bare, Bare.class), UTF_8);

        assertThat(json).isEqualTo("{\"name\":\"a\"}");
        assertThat(read(json, Bare.class).value()).isEqualTo(bare);
        Bare empty = new Bare("a", List.of(), Map.of());
        assertThat(read(new String(JsonCodec.INSTANCE.encode(empty, Bare.class), UTF_8), Bare.class)
                        .value())
                .isEqualTo(empty);
    }

    @Test
    void whatAClassSaysAboutItsMembersIsTakenByItsWord() throws StateReader.Misfit {
        assertThat(misfit("{\"name\":\"a\",\"current\":\"b\"}", Renamed.class)).isEqualTo("n");
        assertThat(read("{\"n\":\"a\",\"old\":\"b\"}", Renamed.class).value()).isEqualTo(new Renamed("a", "b"));
        assertThat(read("{}", Bare.class).value()).isNotNull();
        assertThat(read("{\"a\":\"x\",\"b\":1}", Tolerant.class).kept()).isEmpty();
        assertThat(read("{\"x\":1}", Open.class).kept()).isEmpty();
        assertThat(read("{\"street\":\"s\",\"zip\":null}", Flat.class).kept()).isEmpty();
    }

    @Test
    void recursiveTypesEnd() throws StateReader.Misfit {
        String tree = "{\"name\":\"a\",\"children\":[{\"name\":\"b\"}],\"parent\":{\"name\":\"c\",\"children\":[]}}";

        assertThat(read(tree, Tree.class).value())
                .isEqualTo(new Tree("a", List.of(new Tree("b", List.of(), null)), new Tree("c", List.of(), null)));
        assertThat(misfit(tree.replace("{\"name\":\"b\"}", "{}"), Tree.class)).isEqualTo("children.*.name");
    }

    /** CBOR has no text to cut members out of: what is not known is refused, optional or not. */
    @ParameterizedTest
    @MethodSource("codecs")
    void bothCodecsRefuseWhatDoesNotFit(Codec codec) throws StateReader.Misfit {
        byte[] full = codec.encode(new Line("a", 1, Optional.of("n")), Line.class);
        byte[] narrow = codec.encode(new Address("s", Optional.empty()), Address.class);
        record Narrow(String sku, int count) {}

        assertThat(reader(codec).read(full, Line.class, Set.of()).value())
                .isEqualTo(new Line("a", 1, Optional.of("n")));
        assertThat(catchThrowableOfType(
                        StateReader.Misfit.class, () -> reader(codec).read(narrow, Line.class, Set.of())))
                .isNotNull();
        assertThat(catchThrowableOfType(
                        StateReader.Misfit.class, () -> reader(codec).read(full, Narrow.class, Set.of())))
                .isNotNull();
    }

    @Test
    void codecsOfApplicationsHaveTheirOwnRules() {
        Codec own = new Codec() {
            @Override
            public String name() {
                return "json";
            }

            @Override
            public byte[] encode(@Nullable Object value, java.lang.reflect.Type type) {
                return JsonCodec.INSTANCE.encode(value, type);
            }

            @Override
            public @Nullable Object decode(byte[] bytes, java.lang.reflect.Type type) {
                return JsonCodec.INSTANCE.decode(bytes, type);
            }
        };
        assertThat(StateReader.of(own)).isNull();
    }
}
