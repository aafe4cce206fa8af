package dev.otaroutes.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Whose certificates are trusted beside those that this JVM trusts. */
public final class Authorities {
    private Authorities() {
    }

    /**
     * @param pem a file of one or more certificates
     * @return trusts what the JVM trusts, and these
     * @throws IllegalArgumentException saying what is wrong with the file
     */
    public static TrustManagerFactory with(Path pem) {
        Collection<? extends Certificate> ours = read(pem);
        try {
            KeyStore all = KeyStore.getInstance(KeyStore.getDefaultType());
            all.load(null, null);
            for (TrustManager manager : factory(null).getTrustManagers()) {
                if (manager instanceof X509TrustManager jvm) {
                    add(all, jvm.getAcceptedIssuers());
                }
            }
            add(all, ours.toArray(Certificate[]::new));
            return factory(all);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this JVM's own authorities cannot be read: " + e.getMessage(), e);
        }
    }

    private static Collection<? extends Certificate> read(Path pem) {
        if (!Files.isRegularFile(pem)) {
            throw new IllegalArgumentException("there is no such file: must be a file of certificates in PEM");
        }
        try (InputStream in = Files.newInputStream(pem)) {
            Collection<? extends Certificate> read = CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (!read.isEmpty()) {
                return read;
            }
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("cannot be read as certificates in PEM: " + e.getMessage(), e);
        }
        throw new IllegalArgumentException("has no certificate in it: must be a file of certificates in PEM");
    }

    private static void add(KeyStore store, Certificate... certificates) throws GeneralSecurityException {
        for (Certificate certificate : certificates) {
            store.setCertificateEntry("authority-" + store.size(), certificate);
        }
    }

    /** @param store null: the JVM's own */
    private static TrustManagerFactory factory(KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory;
    }
}
