package io.durableserver.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On a static method of a test class that takes a {@link TestCluster.Builder} and returns nothing: says what the cluster of
 * {@link DurableCluster} needs, such as services, limits and stored records. Runs once per cluster.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface ClusterConfig {}
