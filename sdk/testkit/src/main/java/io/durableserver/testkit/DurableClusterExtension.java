package io.durableserver.testkit;

import io.durableserver.ServerType;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** Injects the {@link TestCluster} that {@link DurableCluster} describes. Stopped by JUnit when the test is over. */
public final class DurableClusterExtension implements ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(DurableClusterExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == TestCluster.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getStore(NAMESPACE)
                .getOrComputeIfAbsent(Running.class, key -> new Running(start(annotation(context))), Running.class)
                .cluster();
    }

    /** JUnit before 5.13 closes what is in its store only when it says so with this interface. */
    private record Running(TestCluster cluster) implements ExtensionContext.Store.CloseableResource {
        @Override
        public void close() {
            cluster.close();
        }
    }

    private static DurableCluster annotation(ExtensionContext context) {
        return context.getTestMethod()
                .flatMap(method -> AnnotationSupport.findAnnotation(method, DurableCluster.class))
                .or(() -> AnnotationSupport.findAnnotation(context.getRequiredTestClass(), DurableCluster.class))
                .orElseThrow(() -> new ExtensionConfigurationException(
                        "A TestCluster parameter needs @DurableCluster on the test method or its class"));
    }

    private static TestCluster start(DurableCluster annotation) {
        TestCluster.Builder builder = TestCluster.builder().nodes(annotation.nodes());
        for (Class<?> server : annotation.servers()) {
            types(server).forEach(builder::types);
        }
        return builder.start();
    }

    private static List<ServerType<?>> types(Class<?> server) {
        List<ServerType<?>> types = new ArrayList<>();
        for (Field field : server.getDeclaredFields()) {
            if (Modifier.isStatic(field.getModifiers()) && field.getType() == ServerType.class) {
                types.add(read(field));
            }
        }
        if (types.isEmpty()) {
            throw new ExtensionConfigurationException(
                    server.getName() + " has no static field of type " + ServerType.class.getName());
        }
        return types;
    }

    private static ServerType<?> read(Field field) {
        try {
            field.setAccessible(true);
            return (ServerType<?>) field.get(null);
        } catch (IllegalAccessException e) {
            throw new ExtensionConfigurationException("Cannot read " + field, e);
        }
    }
}
