package io.durableserver.ignite;

import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import org.apache.ignite.cluster.ClusterNode;
import org.apache.ignite.spi.discovery.tcp.internal.TcpDiscoveryNode;

/** The discovery addresses of nodes, as {@code ip:port}: what Ignite's public interfaces do not tell. */
final class DiscoveryPlaces {
    private DiscoveryPlaces() {}

    /** None where another discovery is used. */
    static Set<String> of(ClusterNode node) {
        Set<String> places = new TreeSet<>();
        if (node instanceof TcpDiscoveryNode known) {
            known.socketAddresses().forEach(address -> places.add(text(address)));
        }
        return places;
    }

    static Set<String> of(Collection<ClusterNode> nodes) {
        Set<String> places = new TreeSet<>();
        nodes.forEach(node -> places.addAll(of(node)));
        return places;
    }

    static String text(InetSocketAddress address) {
        String host = address.isUnresolved()
                ? address.getHostString()
                : address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
