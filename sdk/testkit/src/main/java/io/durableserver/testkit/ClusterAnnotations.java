package io.durableserver.testkit;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/** From the annotations of a test to the builder of its cluster. */
final class ClusterAnnotations {
    private ClusterAnnotations() {}

    /** The annotation that counts for a test: that of its method, else of its class, else of a class around it. */
    static Optional<DurableCluster> find(ExtensionContext context) {
        Optional<DurableCluster> found = context.getTestMethod()
                .flatMap(method -> AnnotationSupport.findAnnotation(method, DurableCluster.class));
        for (Class<?> test = context.getTestClass().orElse(null);
                test != null && found.isEmpty();
                test = test.getEnclosingClass()) {
            found = AnnotationSupport.findAnnotation(test, DurableCluster.class);
        }
        return found;
    }

    static TestCluster.Builder builder(DurableCluster annotation, ExtensionContext context) {
        TestCluster.Builder builder = TestCluster.builder()
                .nodes(annotation.nodes())
                .servers(annotation.servers())
                .encodeLocally(annotation.encodeLocally());
        if (annotation.virtualTime()) {
            builder.virtualTime();
        }
        for (Class<? extends Consumer<TestCluster.Builder>> config : annotation.config()) {
            ReflectionSupport.newInstance(config).accept(builder);
        }
        configure(context.getRequiredTestClass(), builder);
        return builder;
    }

    private static void configure(Class<?> test, TestCluster.Builder builder) {
        if (test.getEnclosingClass() != null) {
            configure(test.getEnclosingClass(), builder);
        }
        for (Method method :
                AnnotationSupport.findAnnotatedMethods(test, ClusterConfig.class, HierarchyTraversalMode.TOP_DOWN)) {
            boolean fits = Modifier.isStatic(method.getModifiers())
                    && method.getParameterCount() == 1
                    && method.getParameterTypes()[0] == TestCluster.Builder.class;
            if (!fits) {
                throw new ExtensionConfigurationException(
                        "@ClusterConfig is for static methods with one parameter of TestCluster.Builder: " + method);
            }
            ReflectionSupport.invokeMethod(method, null, builder);
        }
    }
}
