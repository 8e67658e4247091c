package io.durableserver.ignite.start;

import io.durableserver.ConfigurationException;
import io.durableserver.ConfigurationException.Reason;
import io.durableserver.ignite.NodeTls;
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
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.apache.ignite.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/** The key store and the trust store of a node, checked before Ignite reads them: its own errors come late and name neither. */
final class TlsStores {
    private static final String TYPE = "PKCS12";

    private final NodeTls tls;

    private TlsStores(NodeTls tls) {
        this.tls = tls;
    }

    /**
     * What Ignite makes its connections with.
     *
     * @throws ConfigurationException naming the store that cannot be used, and why
     */
    static SslContextFactory factory(NodeTls tls) {
        return new TlsStores(tls).factory();
    }

    private SslContextFactory factory() {
        KeyStore trusted = load("tls.trustStore", tls.trustStore(), tls.trustPassword());
        checkTrust(trusted);
        checkBelieved(checkKeys(load("tls.keyStore", tls.keyStore(), tls.keyPassword())), trusted);
        SslContextFactory factory = new SslContextFactory();
        factory.setKeyStoreType(TYPE);
        factory.setKeyStoreFilePath(tls.keyStore().toString());
        factory.setKeyStorePassword(tls.keyPassword().toCharArray());
        factory.setTrustStoreType(TYPE);
        factory.setTrustStoreFilePath(tls.trustStore().toString());
        factory.setTrustStorePassword(tls.trustPassword().toCharArray());
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
                    store.getKey(alias, tls.keyPassword().toCharArray());
                    Certificate[] chain = store.getCertificateChain(alias);
                    checkDates(chain[0]);
                    return Arrays.copyOf(chain, chain.length, X509Certificate[].class);
                }
            }
        } catch (GeneralSecurityException e) {
            throw wrong("tls.keyStore", tls.keyStore(), "a file whose key has the password of the file", e);
        }
        throw wrong("tls.keyStore", tls.keyStore(), "a file with a key and its certificate", null);
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
                        tls.keyStore(),
                        "a file whose certificate is valid now; this one is from " + dates,
                        e);
            }
        }
    }

    /** Checks by the node's own trust store, which is to be the one of all: others that do not believe it cannot tell it why. */
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
            throw wrong(
                    "tls.keyStore", tls.keyStore(), "a certificate that an authority in tls.trustStore has signed", e);
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
            throw wrong("tls.trustStore", tls.trustStore(), "a file that can be read", e);
        }
        throw wrong("tls.trustStore", tls.trustStore(), "a file with the certificate of an authority", null);
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
}
