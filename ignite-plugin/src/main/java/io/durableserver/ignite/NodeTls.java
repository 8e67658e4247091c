package io.durableserver.ignite;

import java.nio.file.Path;
import java.util.Objects;

/**
 * TLS between the nodes of a cluster: what a node shows, and whom it believes. All connections are encrypted, and both sides
 * must show a certificate that an authority in the other's trust store has signed and that is valid now. All nodes of the
 * cluster have it or none. The stores are read at each start of the node.
 *
 * @param keyStore a PKCS12 file with the node's key and its certificate, with the chain up to the authority
 * @param keyPassword of that file and of the key in it
 * @param trustStore a PKCS12 file with the certificates of the authorities; of an authority of your own, not of public ones
 * @param trustPassword of that file
 */
public record NodeTls(Path keyStore, String keyPassword, Path trustStore, String trustPassword) {
    public NodeTls {
        Objects.requireNonNull(keyStore, "keyStore");
        Objects.requireNonNull(keyPassword, "keyPassword");
        Objects.requireNonNull(trustStore, "trustStore");
        Objects.requireNonNull(trustPassword, "trustPassword");
    }

    /** Without the passwords. */
    @Override
    public String toString() {
        return "NodeTls[keyStore=" + keyStore + ", trustStore=" + trustStore + "]";
    }
}
