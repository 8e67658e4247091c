package io.durableserver.ignite;

import io.durableserver.ConfigurationException;
import io.durableserver.ConfigurationException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.apache.ignite.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

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
    private static final String TYPE = "PKCS12";

    public NodeTls {
        Objects.requireNonNull(keyStore, "keyStore");
        Objects.requireNonNull(keyPassword, "keyPassword");
        Objects.requireNonNull(trustStore, "trustStore");
        Objects.requireNonNull(trustPassword, "trustPassword");
    }

    /**
     * For Ignite.
     *
     * @throws ConfigurationException naming the store that cannot be used, and why
     */
    SslContextFactory factory() {
        KeyStore trusted = load("tls.trustStore", trustStore, trustPassword);
        checkTrust(trusted);
        checkBelieved(checkKeys(load("tls.keyStore", keyStore, keyPassword)), trusted);
        SslContextFactory factory = new SslContextFactory();
        factory.setKeyStoreType(TYPE);
        factory.setKeyStoreFilePath(keyStore.toString());
        factory.setKeyStorePassword(keyPassword.toCharArray());
        factory.setTrustStoreType(TYPE);
        factory.setTrustStoreFilePath(trustStore.toString());
        factory.setTrustStorePassword(trustPassword.toCharArray());
        return factory;
    }

    private static KeyStore load(String option, Path file, String password) {
        try (InputStream bytes = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance(TYPE);
            store.load(bytes, password.toCharArray());
            return store;
        } catch (IOException | GeneralSecurityException e) {
            throw wrong(option, file, "a PKCS12 file that can be read with the password given", e);
        }
    }

    private X509Certificate[] checkKeys(KeyStore store) {
        try {
            for (String alias : entries(store)) {
                if (store.isKeyEntry(alias)) {
                    store.getKey(alias, keyPassword.toCharArray());
                    Certificate[] chain = store.getCertificateChain(alias);
                    checkDates(chain[0]);
                    return Arrays.copyOf(chain, chain.length, X509Certificate[].class);
                }
            }
        } catch (GeneralSecurityException e) {
            throw wrong("tls.keyStore", keyStore, "a file whose key has the password of the file", e);
        }
        throw wrong("tls.keyStore", keyStore, "a file with a key and its certificate", null);
    }

    private void checkDates(Certificate certificate) {
        if (certificate instanceof X509Certificate dated) {
            try {
                dated.checkValidity();
            } catch (CertificateException e) {
                String dates = dated.getNotBefore().toInstant() + " to "
                        + dated.getNotAfter().toInstant();
                throw wrong(
                        "tls.keyStore",
                        keyStore,
                        "a file whose certificate is valid now; this one is from " + dates,
                        e);
            }
        }
    }

    /** By the node's own trust store, which is to be the one of all: others that do not believe it cannot tell it why. */
    private void checkBelieved(X509Certificate[] chain, KeyStore trusted) {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(trusted);
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509TrustManager judge) {
                    judge.checkClientTrusted(chain, chain[0].getPublicKey().getAlgorithm());
                }
            }
        } catch (GeneralSecurityException e) {
            throw wrong("tls.keyStore", keyStore, "a certificate that an authority in tls.trustStore has signed", e);
        }
    }

    private void checkTrust(KeyStore store) {
        try {
            for (String alias : entries(store)) {
                if (store.isCertificateEntry(alias)) {
                    return;
                }
            }
        } catch (GeneralSecurityException e) {
            throw wrong("tls.trustStore", trustStore, "a file that can be read", e);
        }
        throw wrong("tls.trustStore", trustStore, "a file with the certificate of an authority", null);
    }

    private static List<String> entries(KeyStore store) throws GeneralSecurityException {
        return Collections.list(store.aliases());
    }

    private static ConfigurationException wrong(String option, Path file, String bound, @Nullable Throwable cause) {
        Map<String, Object> context = new LinkedHashMap<>();
        context.put("option", option);
        context.put("value", file);
        context.put("bound", bound);
        return new ConfigurationException(
                Reason.INVALID_OPTION, "The certificates of the node cannot be used", context, cause);
    }

    /** Without the passwords. */
    @Override
    public String toString() {
        return "NodeTls[keyStore=" + keyStore + ", trustStore=" + trustStore + "]";
    }
}
