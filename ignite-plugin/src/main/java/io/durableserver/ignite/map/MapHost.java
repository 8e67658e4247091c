package io.durableserver.ignite.map;

import io.durableserver.ignite.membership.IgniteMembership;
import io.durableserver.spi.RuntimeEvent;
import io.durableserver.spi.Scheduler;
import java.util.function.Consumer;
import org.apache.ignite.Ignite;
import org.jspecify.annotations.Nullable;

/**
 * What the maps of a prefix get from their node.
 *
 * @param region the data region of the caches; null for the default one
 * @param facts told what happens; any thread, never blocks
 */
public record MapHost(
        Ignite ignite,
        String prefix,
        @Nullable String region,
        IgniteMembership membership,
        Scheduler scheduler,
        Consumer<RuntimeEvent> facts) {}
