package io.durableserver.ignite;

import io.durableserver.ConfigurationException;
import java.util.regex.Pattern;

/** The address at which another node may be found: a host, with a port or a range of ports or without. */
final class PeerAddress {
    private static final Pattern PORTS = Pattern.compile("\\d{1,9}(\\.\\.\\d{1,9})?");

    private PeerAddress() {}

    /** What comes after the last colon of an address with one, or with brackets, is a port or a range of ports. */
    static void check(String peer) {
        int colon = peer.lastIndexOf(':');
        String host = colon < 0 ? peer : peer.substring(0, colon);
        if (colon >= 0 && (!host.contains(":") || host.endsWith("]"))) {
            String ports = peer.substring(colon + 1);
            if (!PORTS.matcher(ports).matches()) {
                throw ConfigurationException.option("peers", peer, "host:port or host:port..port");
            }
            long[] range = Pattern.compile("\\.\\.")
                    .splitAsStream(ports)
                    .mapToLong(Long::parseLong)
                    .toArray();
            if (range[0] > range[range.length - 1] || range[range.length - 1] > 65_535) {
                throw ConfigurationException.option("peers", peer, "ports up to 65,535, the lower one first");
            }
        }
        if (host.isBlank()) {
            throw ConfigurationException.option("peers", peer, "host:port or host:port..port");
        }
    }
}
