package io.durableserver.testkit;

import io.durableserver.DurableServer;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.function.Consumer;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives each test method that has a parameter of the cluster one of its own, stopped after the test. On a test class, or
 * on a method to override the class. Parameters may be the {@link TestCluster}, the
 * {@link io.durableserver.DurableServers} of its first node, its {@link io.durableserver.testkit.backend.InMemoryStore}
 * and each of its services.
 *
 * <pre>{@code
 * @DurableCluster(servers = Counter.class)
 * class CounterTest {
 *     @ClusterConfig
 *     static void fakes(TestCluster.Builder cluster) {
 *         cluster.service(Prices.class, new FixedPrices());
 *     }
 *
 *     @Test
 *     void survivesACrash(TestCluster cluster, Prices prices) { ... }
 * }
 * }</pre>
 *
 * <p>What is set here comes first, then {@link #config}, then the {@link ClusterConfig} methods of the test class, those of
 * classes above it before its own.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(DurableClusterExtension.class)
public @interface DurableCluster {
    /** The number of nodes. Three, so that tests meet what only happens between nodes. */
    int nodes() default 3;

    /** Server classes; all their static fields that hold a {@link io.durableserver.ServerType} are registered. */
    Class<? extends DurableServer<?>>[] servers() default {};

    /** Whether time stands still but for {@link TestCluster#advance}. */
    boolean virtualTime() default false;

    /** Whether messages, replies and states of one node are encoded and decoded too. */
    boolean encodeLocally() default true;

    /** What else the cluster needs; made with their constructors without parameters. */
    Class<? extends Consumer<TestCluster.Builder>>[] config() default {};
}
