package dev.otaroutes.mqtt;

import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.MqttClientSslConfigBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;

/**
 * The option {@code sslClientProps}: whom to trust, and who we are. Its keys, as Paho names them, each after {@value #PREFIX}:
 * <ul>
 * <li>{@code trustStore}: a file with the authorities to trust instead of the JVM's;
 *     {@code trustStoreType}: {@code PKCS12} (default), {@code JKS}, or {@code PEM} for certificates as text; {@code trustStorePassword}
 * <li>{@code keyStore}, {@code keyStoreType}, {@code keyStorePassword}: our own certificate and key, for a broker that asks for one
 * </ul>
 */
final class TlsOptions {
    static final String PREFIX = "com.ibm.ssl.";
    private static final Set<String> KEYS = new TreeSet<>(Set.of("trustStore", "trustStoreType", "trustStorePassword",
            "keyStore", "keyStoreType", "keyStorePassword"));

    private TlsOptions() {
    }

    /**
     * @param properties null for what the JVM trusts
     * @throws IllegalArgumentException naming the file that cannot be read, or the key that is not one of the above
     */
    static MqttClientSslConfig sslConfig(Properties properties, boolean verifyHostname) {
        MqttClientSslConfigBuilder tls = MqttClientSslConfig.builder();
        if (properties != null) {
            refuseUnknown(properties);
            if (value(properties, "trustStore") != null) {
                tls.trustManagerFactory(trust(properties));
            }
            if (value(properties, "keyStore") != null) {
                tls.keyManagerFactory(key(properties));
            }
        }
        if (!verifyHostname) {
            tls.hostnameVerifier((host, session) -> true);
        }
        return tls.build();
    }

    private static void refuseUnknown(Properties properties) {
        for (String name : properties.stringPropertyNames()) {
            if (!name.startsWith(PREFIX) || !KEYS.contains(name.substring(PREFIX.length()))) {
                throw new IllegalArgumentException("sslClientProps must be among " + KEYS + " after " + PREFIX + ", but was [" + name + "]");
            }
        }
    }

    private static TrustManagerFactory trust(Properties properties) {
        Path file = Path.of(value(properties, "trustStore"));
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init("PEM".equalsIgnoreCase(value(properties, "trustStoreType")) ? certificates(file) : store(file, properties, "trustStore"));
            return factory;
        } catch (GeneralSecurityException | IOException e) {
            throw unreadable("trustStore", file, e);
        }
    }

    private static KeyManagerFactory key(Properties properties) {
        Path file = Path.of(value(properties, "keyStore"));
        try {
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store(file, properties, "keyStore"), password(properties, "keyStore"));
            return factory;
        } catch (GeneralSecurityException | IOException e) {
            throw unreadable("keyStore", file, e);
        }
    }

    private static KeyStore store(Path file, Properties properties, String name) throws GeneralSecurityException, IOException {
        String type = value(properties, name + "Type");
        KeyStore store = KeyStore.getInstance(type == null ? "PKCS12" : type);
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, password(properties, name));
        }
        return store;
    }

    private static KeyStore certificates(Path file) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(file)) {
            for (Certificate certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("authority-" + store.size(), certificate);
            }
        }
        return store;
    }

    private static char[] password(Properties properties, String name) {
        String password = value(properties, name + "Password");
        return password == null ? null : password.toCharArray();
    }

    private static String value(Properties properties, String name) {
        return properties.getProperty(PREFIX + name);
    }

    private static IllegalArgumentException unreadable(String name, Path file, Exception why) {
        return new IllegalArgumentException("sslClientProps " + PREFIX + name + " [" + file + "] cannot be read: " + why, why);
    }
}
