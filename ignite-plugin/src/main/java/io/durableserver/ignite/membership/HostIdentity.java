package io.durableserver.ignite.membership;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Which loopback interface this process sees. The same loopback address on two machines, or in two containers, is not the
 * same place, so it proves something only where this identity is equal.
 */
public final class HostIdentity {
    public static final String LOCAL = read();

    private HostIdentity() {}

    private static String read() {
        try {
            // Linux: the boot id tells machines and reboots apart, the network name space tells containers apart.
            String boot =
                    Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
            String network =
                    Files.readSymbolicLink(Path.of("/proc/self/ns/net")).toString();
            return boot + "@" + network.replaceAll("[^0-9]", "");
        } catch (IOException | UnsupportedOperationException | SecurityException e) {
            return otherSystem();
        }
    }

    private static String otherSystem() {
        try {
            return "host@" + InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9.-]", "");
        } catch (IOException e) {
            // Equal to no other: no proof by loopback addresses.
            return UUID.randomUUID().toString();
        }
    }
}
