package io.durableserver.ignite.split;

import io.durableserver.ignite.EmbeddedNode;
import io.durableserver.ignite.around.Company;
import io.durableserver.ignite.around.DiscoveryPlaces;
import io.durableserver.ignite.membership.EndpointProbe;
import io.durableserver.ignite.start.EmbeddedConfiguration;
import io.durableserver.spi.RuntimeEvent;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.ignite.plugin.PluginProvider;

/** Finds the side of a split that was kept: where its nodes were, and at the peers, since they may have moved. Blocks. */
public final class KeptSideSearch {
    private KeptSideSearch() {}

    /**
     * Where to join it; empty when none of its nodes is found. Other nodes that answer are looked at and left alone.
     *
     * @param passive makes what stands in for the plugin on a client
     */
    public static List<String> find(
            EmbeddedNode settings, KeptSide kept, Supplier<PluginProvider<?>> passive, Consumer<RuntimeEvent> facts) {
        Set<String> places = new LinkedHashSet<>(kept.addresses());
        places.addAll(EmbeddedConfiguration.addresses(settings));
        List<String> answering = new ArrayList<>();
        for (String place : places) {
            for (InetSocketAddress address : Company.parse(place)) {
                if (!Thread.currentThread().isInterrupted() && EndpointProbe.accepts(address)) {
                    answering.add(DiscoveryPlaces.text(address));
                }
            }
        }
        return new Visitor(settings, passive, facts)
                .visit(answering, (place, other) -> {
                    if (Collections.disjoint(Standing.names(other), kept.nodes())) {
                        return Optional.empty();
                    }
                    Set<String> there =
                            DiscoveryPlaces.of(other.cluster().forServers().nodes());
                    there.add(place);
                    return Optional.of(List.copyOf(there));
                })
                .orElse(List.of());
    }
}
