package io.durableserver.ignite;

import io.durableserver.config.DurableServersConfig;
import java.util.List;

/** Named in META-INF/services of the tests. */
public final class TestConfigurer implements DurableServersConfigurer {
    static volatile List<DurableServersConfig> configs = List.of();

    @Override
    public List<DurableServersConfig> configs() {
        return configs;
    }
}
