package io.durableserver.ignite.split;

import io.durableserver.ignite.EmbeddedNode;
import io.durableserver.ignite.around.DiscoveryPlaces;
import io.durableserver.ignite.start.EmbeddedConfiguration;
import io.durableserver.ignite.start.IgniteHook;
import io.durableserver.spi.ClusterEvent;
import io.durableserver.spi.RuntimeEvent;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteException;
import org.apache.ignite.Ignition;
import org.apache.ignite.plugin.PluginProvider;

/** Looks into other clusters as an Ignite client, one after another, and leaves no trace there. Blocks; not thread-safe. */
final class Visitor {
    private static final Duration JOIN = Duration.ofSeconds(20);

    private final EmbeddedNode settings;
    private final Supplier<PluginProvider<?>> passive;
    private final Consumer<RuntimeEvent> facts;
    private final Duration join;
    private final Map<String, IgniteException> closed = new LinkedHashMap<>();

    /** @param passive makes what stands in for the plugin on a client */
    Visitor(EmbeddedNode settings, Supplier<PluginProvider<?>> passive, Consumer<RuntimeEvent> facts) {
        this(settings, passive, facts, JOIN);
    }

    /** @param join how long a visitor tries to get in at one place */
    Visitor(EmbeddedNode settings, Supplier<PluginProvider<?>> passive, Consumer<RuntimeEvent> facts, Duration join) {
        this.settings = settings;
        this.passive = passive;
        this.facts = facts;
        this.join = join;
    }

    /**
     * Looks at the clusters at these places until one is what is looked for; at each cluster once.
     *
     * @param look runs inside the cluster, with the place where it was entered; empty to look further
     */
    <T> Optional<T> visit(Collection<String> places, BiFunction<String, Ignite, Optional<T>> look) {
        Set<String> seen = new TreeSet<>();
        for (String place : places) {
            if (!seen.contains(place) && !Thread.currentThread().isInterrupted()) {
                Optional<Ignite> entered = enter(place);
                if (entered.isPresent()) {
                    Ignite other = entered.get();
                    try {
                        seen.addAll(DiscoveryPlaces.of(other.cluster().nodes()));
                        Optional<T> found = look.apply(place, other);
                        if (found.isPresent()) {
                            return found;
                        }
                    } finally {
                        Ignition.stop(other.name(), true);
                    }
                }
            }
        }
        return Optional.empty();
    }

    private Optional<Ignite> enter(String place) {
        String name =
                settings.name() + "-visits-" + UUID.randomUUID().toString().substring(0, 8);
        try {
            return Optional.of(IgniteHook.start(
                    EmbeddedConfiguration.visitor(settings, name, passive.get(), List.of(place), join.toMillis())));
        } catch (IgniteException failure) {
            facts.accept(new ClusterEvent.ClusterClosed(settings.name(), place, String.valueOf(failure.getMessage())));
            closed.put(place, failure);
            return Optional.empty();
        }
    }

    /** The places where something answered that let no client in, and what Ignite said. */
    Map<String, IgniteException> closed() {
        return Map.copyOf(closed);
    }
}
