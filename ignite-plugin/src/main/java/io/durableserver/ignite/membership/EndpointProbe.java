package io.durableserver.ignite.membership;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Set;

/** Asks a place whether a node listens there. Blocks for at most {@link #CONNECT_MILLIS} an address. */
public final class EndpointProbe {
    static final int CONNECT_MILLIS = 500;

    private EndpointProbe() {}

    /** True when there is an address and every one refuses; a timeout or an accepted connection proves nothing. */
    static boolean allRefuse(Set<InetSocketAddress> addresses) {
        return !addresses.isEmpty() && addresses.stream().allMatch(EndpointProbe::refuses);
    }

    /** Whether a connection is taken there. */
    public static boolean accepts(InetSocketAddress address) {
        try (Socket socket = new Socket()) {
            socket.connect(address, CONNECT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean refuses(InetSocketAddress address) {
        try (Socket socket = new Socket()) {
            socket.connect(address, CONNECT_MILLIS);
            return false;
        } catch (ConnectException e) {
            // "Connection refused" is the answer of a living host; the same class also reports
            // timeouts and lost routes.
            String message = e.getMessage();
            return message != null && message.contains("refused");
        } catch (IOException e) {
            return false;
        }
    }
}
