package io.durableserver.testkit;

import io.durableserver.DurableServer;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives each test method that has a {@link TestCluster} parameter a cluster of its own, stopped after the test. On a
 * test class, or on a method to override the class.
 *
 * <pre>{@code
 * @DurableCluster(nodes = 3, servers = Counter.class)
 * class CounterTest {
 *     @Test
 *     void survivesACrash(TestCluster cluster) { ... }
 * }
 * }</pre>
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(DurableClusterExtension.class)
public @interface DurableCluster {
    /** The number of nodes. */
    int nodes() default 1;

    /** Server classes; all their static fields that hold a {@link io.durableserver.ServerType} are registered. */
    Class<? extends DurableServer<?>>[] servers();
}
