package io.durableserver.ignite.membership;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.ignite.cluster.ClusterNode;
import org.apache.ignite.configuration.IgniteConfiguration;
import org.apache.ignite.spi.communication.tcp.TcpCommunicationSpi;

/**
 * Where a node session listens: its communication addresses. The communication port closes after the plugin has stopped
 * serving, so a refused connection says that nothing is served there any more.
 *
 * <p>Text form: {@code incarnation|host identity|ip:port,ip:port}. IPv6 addresses stand in brackets.
 */
public record Endpoint(String incarnation, String host, Set<InetSocketAddress> addresses) {
    private static final int MAX_ADDRESSES = 32;

    public Endpoint {
        addresses = Set.copyOf(addresses);
    }

    /** The endpoint of a node in the cluster. */
    public static Endpoint of(ClusterNode node, IgniteConfiguration configuration) {
        String spi = configuration.getCommunicationSpi().getName() + ".";
        Set<InetSocketAddress> addresses = new LinkedHashSet<>();
        Integer port = node.attribute(spi + TcpCommunicationSpi.ATTR_PORT);
        Collection<String> hosts = node.attribute(spi + TcpCommunicationSpi.ATTR_ADDRS);
        if (port != null && hosts != null) {
            hosts.stream()
                    .limit(MAX_ADDRESSES)
                    .forEach(host -> address(host, port).ifPresent(addresses::add));
        }
        return new Endpoint(node.id().toString(), NodeAttributes.text(node, NodeAttributes.HOST), addresses);
    }

    /** Parses the text form; empty when it is not one. Never resolves a name: only literal addresses are addresses. */
    public static Optional<Endpoint> parse(String text) {
        String[] parts = text.split("\\|", -1);
        if (parts.length != 3) {
            return Optional.empty();
        }
        Set<InetSocketAddress> addresses = new LinkedHashSet<>();
        for (String part : parts[2].split(",", MAX_ADDRESSES + 1)) {
            int colon = part.lastIndexOf(':');
            Optional<InetSocketAddress> address = colon < 0
                    ? Optional.empty()
                    : port(part.substring(colon + 1)).flatMap(port -> address(part.substring(0, colon), port));
            if (address.isEmpty() || addresses.size() == MAX_ADDRESSES) {
                return Optional.empty();
            }
            addresses.add(address.get());
        }
        return Optional.of(new Endpoint(parts[0], parts[1], addresses));
    }

    private static Optional<Integer> port(String text) {
        return text.matches("[0-9]{1,5}") && Integer.parseInt(text) <= 65_535
                ? Optional.of(Integer.parseInt(text))
                : Optional.empty();
    }

    private static Optional<InetSocketAddress> address(String host, int port) {
        String literal = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        if (!literal.matches("[0-9.]+") && !(literal.contains(":") && literal.matches("[0-9A-Fa-f:.%a-z]+"))) {
            return Optional.empty();
        }
        try {
            return Optional.of(new InetSocketAddress(InetAddress.getByName(literal), port));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    /** The addresses that mean this endpoint on other hosts too: no loopback. */
    Set<InetSocketAddress> outside() {
        return addresses.stream()
                .filter(address -> !address.getAddress().isLoopbackAddress())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Whether two endpoints cannot both be open at the same time, because they are the same place. */
    boolean samePlace(Endpoint other) {
        if (host.equals(other.host)) {
            return addresses.stream().anyMatch(other.addresses::contains);
        }
        // A host may have private addresses that others have too (container bridges): only the whole set tells.
        Set<InetSocketAddress> outside = outside();
        return !outside.isEmpty() && outside.equals(other.outside());
    }

    @Override
    public String toString() {
        return incarnation + "|" + host + "|"
                + addresses.stream().map(Endpoint::text).sorted().collect(Collectors.joining(","));
    }

    private static String text(InetSocketAddress address) {
        InetAddress ip = address.getAddress();
        String literal = ip instanceof Inet4Address ? ip.getHostAddress() : "[" + ip.getHostAddress() + "]";
        return literal + ":" + address.getPort();
    }
}
