package io.durableserver.ignite.around;

import io.durableserver.ignite.membership.HostIdentity;
import io.durableserver.ignite.membership.NodeAttributes;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.ignite.cluster.ClusterNode;
import org.apache.ignite.spi.discovery.tcp.internal.TcpDiscoveryNode;

/** The discovery addresses of nodes, as {@code ip:port}: what Ignite's public interfaces do not tell. */
public final class DiscoveryPlaces {
    private DiscoveryPlaces() {}

    /** The addresses at which a node can be met, as others may be told them. None where another discovery is used. */
    static Set<String> of(ClusterNode node) {
        return outward(addresses(node), isHere(node));
    }

    public static Set<String> of(Collection<ClusterNode> nodes) {
        Set<String> places = new TreeSet<>();
        nodes.forEach(node -> places.addAll(of(node)));
        return places;
    }

    /**
     * Without loopback addresses, at which another node answers on another host; they are places of a node that has no others, and
     * runs on this host.
     */
    static Set<String> outward(Collection<InetSocketAddress> addresses, boolean here) {
        boolean met = addresses.stream().anyMatch(address -> !isLoopback(address));
        return addresses.stream()
                .filter(address -> met ? !isLoopback(address) : here)
                .map(DiscoveryPlaces::text)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Whether one of these nodes is what answers at an address, seen from this host. */
    static boolean isOf(Collection<ClusterNode> nodes, InetSocketAddress address) {
        return nodes.stream().anyMatch(node -> isOf(addresses(node), isHere(node), address));
    }

    /** A node that listens at more than loopback addresses listens at all of those too, however its host is called. */
    static boolean isOf(Collection<InetSocketAddress> addresses, boolean here, InetSocketAddress asked) {
        if (!isLoopback(asked)) {
            return addresses.contains(asked);
        }
        boolean everywhere = addresses.stream().anyMatch(address -> !isLoopback(address));
        return here
                && addresses.stream()
                        .filter(DiscoveryPlaces::isLoopback)
                        .anyMatch(address -> everywhere ? address.getPort() == asked.getPort() : address.equals(asked));
    }

    private static Collection<InetSocketAddress> addresses(ClusterNode node) {
        return node instanceof TcpDiscoveryNode known ? known.socketAddresses() : Set.of();
    }

    /** A node that does not say where it is may be here. */
    private static boolean isHere(ClusterNode node) {
        String host = NodeAttributes.text(node, NodeAttributes.HOST);
        return host.isEmpty() || host.equals(HostIdentity.LOCAL);
    }

    private static boolean isLoopback(InetSocketAddress address) {
        return !address.isUnresolved() && address.getAddress().isLoopbackAddress();
    }

    public static String text(InetSocketAddress address) {
        String host = address.isUnresolved()
                ? address.getHostString()
                : address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
