package io.durableserver.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.durableserver.ConfigurationException;
import io.durableserver.backend.ignite.IgniteKvConfig;
import io.durableserver.backend.ignite.IgniteKvStorage;
import io.durableserver.backend.mirror.MirrorConfig;
import io.durableserver.backend.s3.S3Config;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.ignite.EmbeddedNode;
import io.durableserver.spi.BackendFactory;
import java.io.IOException;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What holds for the builders of all configuration classes; those are found by their sources. */
class EveryBuilderTest {
    private static final BackendFactory STORE = context -> {
        throw new IllegalStateException("not opened here");
    };

    /** A setter and what it is given. */
    private record Use(Method method, List<@Nullable Object> arguments) {}

    private static List<Class<?>> configurations() throws IOException, ClassNotFoundException {
        List<Class<?>> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Docs.ROOT)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".java")).toList()) {
                String path = Docs.ROOT.relativize(file).toString().replace('\\', '/');
                int start = path.indexOf("src/main/java/");
                // Testkits take no configuration of others.
                if (start >= 0
                        && !path.startsWith("sdk/testkit")
                        && !path.startsWith("backends/s3-test-server")
                        && Files.readString(file).contains("    public static final class Builder {")) {
                    found.add(Class.forName(path.substring(start + "src/main/java/".length(), path.length() - 5)
                            .replace('/', '.')));
                }
            }
        }
        return found;
    }

    private static Object builder(Class<?> configuration) throws ReflectiveOperationException {
        return configuration == MirrorConfig.class
                ? MirrorConfig.builder(STORE, context -> STORE.open(context))
                : configuration.getMethod("builder").invoke(null);
    }

    private static Object some(Class<?> type) {
        return type == Class.class ? String.class : "x";
    }

    /** Each of the parameters null once, the others not, and lists with a null in them. */
    private static List<Use> uses(Method method) {
        List<Use> uses = new ArrayList<>();
        Class<?>[] types = method.getParameterTypes();
        for (int i = 0; i < types.length; i++) {
            List<@Nullable Object> nothings = new ArrayList<>(Collections.singletonList(null));
            if (types[i].isArray()) {
                nothings.add(Array.newInstance(types[i].getComponentType(), 1));
            } else if (types[i] == List.class) {
                nothings.add(Collections.singletonList(null));
            }
            for (Object nothing : types[i].isPrimitive() ? List.of() : nothings) {
                @Nullable
                Object[] arguments =
                        Arrays.stream(types).map(EveryBuilderTest::some).toArray();
                arguments[i] = nothing;
                uses.add(new Use(method, Arrays.asList(arguments)));
            }
        }
        return uses;
    }

    @Test
    void everySetterRefusesNullAtOnceByTheNameOfItsOption() throws Exception {
        int tried = 0;
        for (Class<?> configuration : configurations()) {
            Object builder = builder(configuration);
            for (Method method : builder.getClass().getDeclaredMethods()) {
                if (!Modifier.isPublic(method.getModifiers()) || method.getReturnType() != builder.getClass()) {
                    continue;
                }
                for (Use use : uses(method)) {
                    tried++;
                    Throwable thrown = catchThrowable(
                            () -> method.invoke(builder, use.arguments().toArray()));
                    assertThat(thrown).as("%s", use).isInstanceOf(InvocationTargetException.class);
                    assertThat(thrown.getCause())
                            .as("%s", use)
                            .isInstanceOfSatisfying(ConfigurationException.class, refused -> {
                                String option = String.valueOf(refused.context().get("option"));
                                assertThat(method.getName()).startsWith(option.substring(option.lastIndexOf('.') + 1));
                                assertThat(refused).hasMessageContaining("must be set, was null");
                            });
                }
            }
        }
        assertThat(tried).isGreaterThan(50);
    }

    @Test
    void everyNumberOfABoundIsTaken() {
        Map<Map<String, String>, Function<Map<String, String>, Object>> all = Map.of(
                DurableServersConfig.keys(), DurableServersConfig::from,
                IgniteKvConfig.keys(), IgniteKvConfig::from,
                IgniteKvStorage.keys(), IgniteKvStorage::from,
                S3Config.keys(), S3Config::from,
                EmbeddedNode.keys(), EmbeddedNode::from,
                MirrorConfig.keys(), values -> MirrorConfig.from(STORE, context -> STORE.open(context), values));
        int tried = 0;
        for (var keys : all.entrySet()) {
            for (Map.Entry<String, String> key : keys.getKey().entrySet()) {
                for (String text : key.getValue().split(" to ", -1)) {
                    if (!text.matches("[0-9]+( [A-Za-z]+)?")
                            || key.getValue().matches("(?s).*(letters|characters).*")) {
                        continue;
                    }
                    tried++;
                    // Another option may not fit it, and is named then.
                    if (catchThrowable(() -> keys.getValue().apply(Map.of(key.getKey(), text)))
                            instanceof ConfigurationException refused) {
                        assertThat(refused.context().get("value"))
                                .as(key.toString())
                                .isNotEqualTo(text);
                    }
                }
            }
        }
        assertThat(tried).isGreaterThan(80);
    }
}
