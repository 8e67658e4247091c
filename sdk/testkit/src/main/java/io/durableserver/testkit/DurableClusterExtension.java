package io.durableserver.testkit;

import io.durableserver.DurableServers;
import io.durableserver.testkit.backend.InMemoryStore;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests the {@link TestCluster} that {@link DurableCluster} describes, as parameters; stopped when the test is over.
 * Or without the annotation, as a field of a test that keeps the builder in its hands:
 *
 * <pre>{@code
 * @RegisterExtension
 * final DurableClusterExtension cluster = DurableClusterExtension.of(builder -> builder.types(Counter.TYPE));
 *
 * @Test
 * void counts() {
 *     cluster.get().servers(0)...
 * }
 * }</pre>
 */
public final class DurableClusterExtension implements ParameterResolver, BeforeEachCallback {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(DurableClusterExtension.class);

    private final @Nullable Consumer<TestCluster.Builder> config;
    private @Nullable TestCluster current;

    /** For {@link DurableCluster}. */
    public DurableClusterExtension() {
        config = null;
    }

    private DurableClusterExtension(Consumer<TestCluster.Builder> config) {
        this.config = config;
    }

    /** An extension whose clusters are built like this, one per test. */
    public static DurableClusterExtension of(Consumer<TestCluster.Builder> config) {
        return new DurableClusterExtension(config);
    }

    /**
     * The cluster of the test that runs, for an extension that is a field. In a static field it is that of the test that
     * began last: such tests cannot run in parallel.
     */
    public TestCluster get() {
        if (current == null) {
            throw new IllegalStateException("There is a cluster in a test only, for an extension in a field");
        }
        return current;
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        if (config != null) {
            current = running(context).cluster();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        boolean annotated = ClusterAnnotations.find(context).isPresent();
        if (config != null && annotated) {
            return false; // the parameters are those of the annotation
        }
        if (config == null && !annotated) {
            if (type == TestCluster.class) {
                throw new ExtensionConfigurationException(
                        "A TestCluster parameter needs @DurableCluster on the test method or its class");
            }
            return false;
        }
        return type == TestCluster.class
                || type == DurableServers.class
                || type == InMemoryStore.class
                || planned(context).builder().service(type).isPresent();
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        TestCluster cluster = running(context).cluster();
        if (type == TestCluster.class) {
            return cluster;
        }
        if (type == DurableServers.class) {
            return cluster.servers(0);
        }
        if (type == InMemoryStore.class) {
            return cluster.store();
        }
        Optional<?> service = planned(context).builder().service(type);
        return service.orElseThrow();
    }

    private record Planned(TestCluster.Builder builder) {}

    /** JUnit before 5.13 closes what is in its store only when it says so with this interface. */
    private record Running(TestCluster cluster) implements ExtensionContext.Store.CloseableResource, AutoCloseable {
        @Override
        public void close() {
            cluster.close();
        }
    }

    private Planned planned(ExtensionContext context) {
        return context.getStore(NAMESPACE)
                .getOrComputeIfAbsent(key(Planned.class), key -> new Planned(builder(context)), Planned.class);
    }

    private Running running(ExtensionContext context) {
        return context.getStore(NAMESPACE)
                .getOrComputeIfAbsent(
                        key(Running.class),
                        key -> new Running(planned(context).builder().start()),
                        Running.class);
    }

    /** Extensions in fields have clusters of their own; the annotation has one, however often it registers us. */
    private Object key(Class<?> what) {
        return config == null ? what : new FieldKey(what, this);
    }

    private record FieldKey(Class<?> what, DurableClusterExtension extension) {}

    private TestCluster.Builder builder(ExtensionContext context) {
        if (config == null) {
            return ClusterAnnotations.builder(ClusterAnnotations.find(context).orElseThrow(), context);
        }
        TestCluster.Builder builder = TestCluster.builder();
        config.accept(builder);
        return builder;
    }
}
