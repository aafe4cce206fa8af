package dev.otaroutes.mqtt;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Component;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5ComponentConfigurer;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Configuration;

/**
 * The options of a {@code paho-mqtt5:} endpoint or component that are honoured, each with Camel's meaning.
 * <ul>
 * <li>{@code brokerUrl}: {@code tcp://host:1883} or {@code ssl://host:8883}; default {@code tcp://localhost:1883}
 * <li>{@code clientId}: required while {@code cleanStart} is false, for the broker keeps undelivered messages under it
 * <li>{@code userName}, {@code password}
 * <li>{@code qos}: 0 or 1, of the subscription or the publish; default 1
 * <li>{@code retained}: of the publish; default false
 * <li>{@code cleanStart}: default false, the broker's session is resumed
 * <li>{@code sessionExpiryInterval}: seconds for which the broker keeps an absent client's session; default 86400
 * <li>{@code keepAliveInterval}: seconds; default 30. A connection that answers nothing is given up within twice that
 * <li>{@code connectionTimeout}: seconds, each for the TCP connection and the broker's answer to CONNECT; default 10
 * <li>{@code receiveMaximum}: messages that the broker may send unacknowledged; default 1000
 * <li>{@code sslClientProps}: see {@link TlsOptions}; default: what the JVM trusts
 * <li>{@code httpsHostnameVerificationEnabled}: default true
 * <li>{@code automaticReconnect}, {@code manualAcksEnabled}: always on; {@code automaticReconnect=false} is refused
 * </ul>
 */
final class MqttOptions {
    private static final Set<String> HONOURED = Set.of("brokerUrl", "clientId", "userName", "password", "qos", "retained",
            "cleanStart", "sessionExpiryInterval", "keepAliveInterval", "connectionTimeout", "receiveMaximum", "sslClientProps",
            "httpsHostnameVerificationEnabled", "manualAcksEnabled");
    /** Handled by Camel for every component, whatever the engine. */
    private static final Set<String> CAMELS_OWN = Set.of("automaticReconnect", "bridgeErrorHandler", "exceptionHandler",
            "exchangePattern", "lazyStartProducer", "autowiredEnabled");
    private static final List<String> UNSUPPORTED = List.of("automaticReconnect", "client", "customWebSocketHeaders",
            "executorServiceTimeout", "filePersistenceDirectory", "maxReconnectDelay", "persistence", "serverURIs",
            "socketFactory", "sslHostnameVerifier", "willMqttProperties", "willPayload", "willQos", "willRetained", "willTopic");

    private MqttOptions() {
    }

    /** Camel's options with the defaults above where Camel's would lose messages. */
    static PahoMqtt5Configuration defaults() {
        PahoMqtt5Configuration defaults = new PahoMqtt5Configuration();
        defaults.setQos(1);
        defaults.setCleanStart(false);
        defaults.setSessionExpiryInterval(86_400);
        defaults.setKeepAliveInterval(30);
        defaults.setConnectionTimeout(10);
        defaults.setReceiveMaximum(1000);
        return defaults;
    }

    /** @throws IllegalArgumentException naming the endpoint options that are not honoured */
    static void refuseUnknown(Collection<String> names) {
        Set<String> refused = new TreeSet<>(names);
        refused.removeIf(name -> has(HONOURED, name) || has(CAMELS_OWN, name));
        refuse(refused);
    }

    /** @throws IllegalArgumentException naming the options that were set on the component, or by code, and are not honoured */
    static void refuseUnsupported(PahoMqtt5Component component, ReliableMqttEndpoint endpoint) {
        PahoMqtt5ComponentConfigurer options = new PahoMqtt5ComponentConfigurer();
        PahoMqtt5Component asSet = new PahoMqtt5Component();
        asSet.setConfiguration(endpoint.getConfiguration());
        asSet.setClient(endpoint.getClient() == null ? component.getClient() : endpoint.getClient());
        PahoMqtt5Component untouched = new PahoMqtt5Component();
        Set<String> refused = new TreeSet<>(UNSUPPORTED);
        refused.removeIf(name -> Objects.equals(
                options.getOptionValue(asSet, name, false), options.getOptionValue(untouched, name, false)));
        refuse(refused);
        int qos = endpoint.getConfiguration().getQos();
        if (qos != 0 && qos != 1) {
            throw new IllegalArgumentException("paho-mqtt5 option qos must be 0 or 1, but was [" + qos
                    + "]: delivery is at least once, with qos 1 and steps that may run twice");
        }
    }

    private static boolean has(Set<String> options, String name) {
        return options.stream().anyMatch(option -> option.equalsIgnoreCase(name.replace("-", "")));
    }

    private static void refuse(Set<String> refused) {
        if (!refused.isEmpty()) {
            throw new IllegalArgumentException(String.format(Locale.ROOT,
                    "paho-mqtt5 option %s is not supported here, remove it; supported are %s", refused, new TreeSet<>(HONOURED)));
        }
    }
}
