package io.durableserver.ignite.around;

import io.durableserver.ConfigurationException;
import io.durableserver.ignite.membership.EndpointProbe;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Whether other nodes of the cluster can be reached: asked while this one has none running, so that each answer is of another one. */
public final class Company {
    private static final int DEFAULT_PORT = 47_500;

    private Company() {}

    /**
     * Checks that a node that starts may find its cluster. Blocks while names are resolved.
     *
     * @throws ConfigurationException {@code INVALID_OPTION} when no name of the peers is known: Ignite would leave them out, and begin a
     *     cluster of its own
     */
    public static void check(List<String> peers) {
        if (!peers.isEmpty() && peers.stream().allMatch(peer -> parse(peer).isEmpty())) {
            throw new ConfigurationException(
                    ConfigurationException.Reason.INVALID_OPTION,
                    "No host of the peers is known now; the node would begin a cluster of its own",
                    Map.of("option", "peers", "value", peers, "bound", "at least one host that can be resolved"));
        }
    }

    /** Whether a node listens at one of these discovery addresses. Blocks for at most half a second an address. */
    public static boolean answers(List<String> addresses) {
        for (String peer : addresses) {
            for (InetSocketAddress address : parse(peer)) {
                if (Thread.currentThread().isInterrupted()) {
                    return false;
                }
                if (EndpointProbe.accepts(address)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The addresses behind a peer; none when its host is not known now. */
    public static List<InetSocketAddress> parse(String peer) {
        int colon = peer.lastIndexOf(':');
        boolean ports = colon >= 0 && (peer.indexOf(':') == colon || peer.charAt(colon - 1) == ']');
        String host = ports ? peer.substring(0, colon) : peer;
        String[] range =
                ports ? peer.substring(colon + 1).split("\\.\\.") : new String[] {String.valueOf(DEFAULT_PORT)};
        List<InetSocketAddress> addresses = new ArrayList<>();
        try {
            InetAddress ip = InetAddress.getByName(host);
            for (int port = Integer.parseInt(range[0]); port <= Integer.parseInt(range[range.length - 1]); port++) {
                addresses.add(new InetSocketAddress(ip, port));
            }
        } catch (UnknownHostException e) {
            // Ignite tells so when it joins.
        }
        return addresses;
    }
}
