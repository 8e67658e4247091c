package io.durableserver.ignite;

import io.durableserver.config.DurableServersConfig;
import java.util.List;

/**
 * Configures the durable servers of Ignite nodes that find this plugin by service loader: name the implementation in
 * {@code META-INF/services/io.durableserver.ignite.DurableServersConfigurer}. Not used where the plugin provider is given
 * its configurations.
 */
public interface DurableServersConfigurer {
    /** The durable servers of a node that starts in this JVM; empty for none. */
    List<DurableServersConfig> configs();
}
