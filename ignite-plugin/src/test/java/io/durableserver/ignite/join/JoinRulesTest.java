package io.durableserver.ignite.join;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.Codec;
import io.durableserver.ConfigurationException;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.ignite.TestServer;
import io.durableserver.ignite.membership.NodeAttributes;
import io.durableserver.runtime.codec.CborCodec;
import io.durableserver.runtime.codec.JsonCodec;
import io.durableserver.spi.Backend;
import io.durableserver.spi.BackendFactory;
import io.durableserver.spi.ClusterEvent;
import io.durableserver.spi.RuntimeEvent;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.ignite.Ignite;
import org.apache.ignite.cluster.ClusterNode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which nodes the stores of a cluster are asked about, and what happens when they cannot answer. */
class JoinRulesTest {
    private final List<String> asked = new ArrayList<>();

    private record Store(Function<Newcomer, Optional<String>> answer) implements BackendFactory {
        @Override
        public Backend open(Context context) {
            throw new UnsupportedOperationException("not opened here");
        }

        @Override
        public Optional<String> refuse(Newcomer newcomer) {
            return answer.apply(newcomer);
        }
    }

    private static DurableServersConfig config(
            String prefix, Function<BackendFactory.Newcomer, Optional<String>> answer) {
        return DurableServersConfig.builder()
                .prefix(prefix)
                .backend(new Store(answer))
                .type(TestServer.TYPE)
                .build();
    }

    private DurableServersConfig asks(String prefix) {
        return config(prefix, newcomer -> {
            asked.add(prefix + newcomer.name() + newcomer.introduction());
            return Optional.empty();
        });
    }

    private final List<RuntimeEvent> told = new ArrayList<>();

    @SuppressWarnings("unchecked")
    private static <T> T fake(Class<T> type, Map<String, Object> answers, Map<String, Object> attributes) {
        return (T) Proxy.newProxyInstance(
                JoinRulesTest.class.getClassLoader(), new Class<?>[] {type}, (on, method, arguments) -> {
                    if (method.getName().equals("attribute")) {
                        return attributes.get(String.valueOf(arguments[0]));
                    }
                    return Optional.ofNullable(answers.get(method.getName()))
                            .orElseThrow(() -> new UnsupportedOperationException(method.getName()));
                });
    }

    private static final Ignite IGNITE = fake(Ignite.class, Map.of("name", "me"), Map.of());

    private static ClusterNode node(String name, boolean client, String... prefixes) {
        Map<String, Object> attributes = new LinkedHashMap<>();
        for (String prefix : prefixes) {
            attributes.put(NodeAttributes.membership(prefix), true);
            attributes.put(NodeAttributes.store(prefix), "said");
        }
        return fake(
                ClusterNode.class,
                Map.of("consistentId", name, "isClient", client, "attributes", attributes),
                attributes);
    }

    /** A server node of the baseline has copies of all caches, whatever it hosts. */
    @Test
    void storesAreAskedAlsoAboutNodesWithoutTheirPrefix() {
        List<DurableServersConfig> both = List.of(asks("a/"), asks("b/"));
        assertThat(JoinRules.refuse(node("n", false, "b/"), both, IGNITE, told::add))
                .isEmpty();
        assertThat(asked).containsExactly("a/n" + Optional.empty(), "b/n" + Optional.of("said"));
        asked.clear();
        assertThat(JoinRules.refuse(node("n", true, "a/"), both, IGNITE, told::add))
                .isEmpty();
        assertThat(asked).as("a client has no copies").isEmpty();
    }

    /** Such as that of a node which is stopping: who comes then may try again. */
    @Test
    void aStoreThatCannotSayLetsNobodyIn() {
        DurableServersConfig broken = config("a/", newcomer -> {
            throw new IllegalStateException("stopping");
        });
        assertThat(JoinRules.refuse(node("n", false, "a/"), List.of(broken), IGNITE, told::add))
                .hasValueSatisfying(reason ->
                        assertThat(reason).startsWith(JoinRules.NOT_NOW).contains("stopping"));
    }

    /** Such as a class that another release of a library does not have: discovery would end with it, and so the node that is asked. */
    @Test
    void noFailureOfACheckGetsToDiscovery() {
        for (Throwable failure :
                List.of(new IllegalStateException("odd"), new NoSuchMethodError("odd"), new AssertionError("odd"))) {
            DurableServersConfig broken = config("a/", newcomer -> {
                throw sneaky(failure);
            });
            assertThat(JoinRules.refuse(node("n", false, "a/"), List.of(broken), IGNITE, told::add))
                    .hasValueSatisfying(reason ->
                            assertThat(reason).startsWith(JoinRules.NOT_NOW).contains("a/", "odd"));
            assertThat(JoinRules.whole(
                            () -> {
                                throw sneaky(failure);
                            },
                            "me",
                            node("n", false, "a/"),
                            told::add))
                    .hasValueSatisfying(reason ->
                            assertThat(reason).startsWith(JoinRules.NOT_NOW).contains("node n", "odd"));
        }
        assertThat(told)
                .hasSize(6)
                .allSatisfy(event -> assertThat(event)
                        .isInstanceOfSatisfying(ClusterEvent.JoinUndecided.class, fact -> {
                            assertThat(fact.member()).isEqualTo("n");
                            assertThat(fact.error()).hasMessage("odd");
                        }));
    }

    /** A node that is kept out asks each second. */
    @Test
    void aRefusalIsToldOnceAMinuteForEachNode() {
        for (String member : List.of("told-1", "told-1", "told-2")) {
            assertThat(JoinRules.whole(() -> Optional.of("no"), "me", node(member, false), told::add))
                    .hasValue("no");
        }
        assertThat(JoinRules.whole(Optional::empty, "me", node("told-3", false), told::add))
                .isEmpty();
        assertThat(told)
                .containsExactly(
                        new ClusterEvent.JoinRefused("me", "told-1", "no"),
                        new ClusterEvent.JoinRefused("me", "told-2", "no"));
    }

    private static Error sneaky(Throwable failure) {
        if (failure instanceof RuntimeException exception) {
            throw exception;
        }
        return (Error) failure;
    }

    /** It does not try again: that would change nothing. */
    @Test
    void whoeverHasToBeConfiguredInAnotherWayIsToldSo() {
        DurableServersConfig wrong = config("a/", newcomer -> {
            throw ConfigurationException.option("nodes", 0, "three");
        });
        assertThat(JoinRules.refuse(node("n", false, "a/"), List.of(wrong), IGNITE, told::add))
                .hasValueSatisfying(reason -> assertThat(reason)
                        .startsWith(JoinRules.CONFIGURE + "a/: ")
                        .contains("nodes", "three"));
    }

    @Test
    void theStoresThatTheAskedNodeDoesNotHostAreKnown() {
        List<ClusterNode> nodes = List.of(node("n", false, "a/", "b/"), node("m", false, "c/"));
        assertThat(JoinRules.unguarded(nodes, List.of(asks("a/")))).containsExactly("b/", "c/");
        assertThat(JoinRules.unguarded(nodes, List.of(asks("a/"), asks("b/"), asks("c/"))))
                .isEmpty();
        for (int i = 0; i < 2; i++) {
            JoinRules.tellUnguarded(nodes, List.of(asks("a/"), asks("b/")), "me", told::add);
        }
        assertThat(told).as("told once").containsExactly(new ClusterEvent.JoinUnguarded("me", "c/"));
    }

    private record Named(String name, String revision) implements Codec {
        @Override
        public byte[] encode(@Nullable Object value, Type type) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Object decode(byte[] bytes, Type type) {
            throw new UnsupportedOperationException();
        }
    }

    private static ClusterNode with(String name, UnaryOperator<DurableServersConfig.Builder> change) {
        DurableServersConfig config = change.apply(
                        DurableServersConfig.from(config("a/", newcomer -> Optional.empty())))
                .build();
        Map<String, Object> attributes =
                NodeAttributes.with(Map.of(), List.of(config), 1, CborCodec.INSTANCE, JsonCodec.INSTANCE);
        return fake(
                ClusterNode.class,
                Map.of(
                        "consistentId",
                        name,
                        "id",
                        UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)),
                        "attributes",
                        attributes),
                attributes);
    }

    private static Optional<String> joins(
            UnaryOperator<DurableServersConfig.Builder> joining, UnaryOperator<DurableServersConfig.Builder> present) {
        return JoinRules.refuse(with("n1", joining), List.of(with("n2", present)), Set.of());
    }

    @Test
    void codecsAreComparedWithTheirRevisions() {
        UnaryOperator<DurableServersConfig.Builder> plain = config -> config;
        UnaryOperator<DurableServersConfig.Builder> revised =
                config -> config.messageCodec(new Named("cbor", "kotlin:2,[x]"));
        UnaryOperator<DurableServersConfig.Builder> states = config -> config.stateCodec(new Named("json", "kotlin"));
        assertThat(joins(plain, plain)).isEmpty();
        assertThat(joins(revised, revised)).isEmpty();
        assertThat(joins(states, states)).isEmpty();
        assertThat(joins(revised, plain))
                .hasValueSatisfying(refusal -> assertThat(refusal)
                        .contains("revision of the message codec", "n1 has cbor[kotlin_2__x_]", "n2 has cbor"));
        assertThat(joins(plain, states))
                .hasValueSatisfying(refusal -> assertThat(refusal)
                        .contains(
                                "state codec of type " + TestServer.TYPE.name(),
                                "n1 has json,",
                                "n2 has json[kotlin]"));
        assertThat(joins(config -> config.messageCodec(new Named("other", "")), plain))
                .hasValueSatisfying(refusal -> assertThat(refusal).contains("different message codec"));
    }

    @Test
    void revisionsMayDifferWhereVersionsOfTypesMay() {
        UnaryOperator<DurableServersConfig.Builder> mixed = config -> config.allowMixedTypeVersions(true);
        assertThat(joins(mixed, config -> config.messageCodec(new Named("cbor", "r"))))
                .isEmpty();
        assertThat(joins(config -> config.stateCodec(new Named("json", "r")), mixed))
                .isEmpty();
        assertThat(joins(mixed, config -> config.messageCodec(new Named("other", ""))))
                .isPresent();
    }
}
