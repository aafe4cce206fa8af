package dev.otaroutes.settings;

import java.net.URI;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * The settings that this process runs with (api.md, Settings). Immutable and checked: no value in here is one that its
 * rule refuses. {@link SettingsReader} makes them.
 */
public final class Settings {
    private final Map<String, String> values;
    private final Properties others;

    Settings(Map<String, String> values, Properties others) {
        this.values = Map.copyOf(values);
        this.others = others;
    }

    /**
     * The value of a setting.
     *
     * @param name such as {@code ota.http.port}
     * @return the value or its default; empty when there is neither; never null
     * @throws IllegalArgumentException if there is no such setting: a mistake in our code
     */
    public String get(String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("there is no setting [" + name + "]");
        }
        return value;
    }

    /** @return as {@link #get(String)}, but null where that is empty */
    public String getOrNull(String name) {
        return get(name).isEmpty() ? null : get(name);
    }

    /** @return the value of a setting that is a number; see {@link #get(String)} */
    public int integer(String name) {
        return Math.toIntExact(Long.parseLong(get(name)));
    }

    /** @return the value of a setting that is a number; see {@link #get(String)} */
    public long number(String name) {
        return Long.parseLong(get(name));
    }

    /** @return the value of a setting that is true or false; see {@link #get(String)} */
    public boolean flag(String name) {
        return Boolean.parseBoolean(get(name));
    }

    /** @return true when the broker runs in this process */
    public boolean embeddedBroker() {
        return get("ota.mqtt.url").equals("embedded");
    }

    /** @return true when the database is an H2 in this process */
    public boolean embeddedDatabase() {
        return embeddedDatabase(get("ota.db.url"));
    }

    static boolean embeddedDatabase(String url) {
        return url.startsWith("jdbc:h2:") && !url.startsWith("jdbc:h2:tcp:") && !url.startsWith("jdbc:h2:ssl:");
    }

    /** @return where this process reaches the broker, {@code tcp://host:port} or {@code ssl://host:port}, the embedded one too */
    public String brokerUrl() {
        return embeddedBroker()
                ? "tcp://" + reachable(get("ota.mqtt.embedded-host")) + ":" + get("ota.mqtt.embedded-port")
                : get("ota.mqtt.url");
    }

    /** @return {@code http://host:port} of this process's HTTP server, as this machine reaches it */
    public String httpAddress() {
        return "http://" + reachable(get("ota.http.host")) + ":" + get("ota.http.port");
    }

    /** @return a key of {@code ota.api.keys} that may change things; null while the API asks for none, or if there is none such */
    public String changingApiKey() {
        for (String entry : get("ota.api.keys").split(",")) {
            String[] parts = entry.strip().split(":");
            if (parts.length == 2) {
                return parts[1];
            }
        }
        return null;
    }

    /**
     * The same settings with other ports, where a port of 0 asked for any free one.
     *
     * @return new settings; what is derived from a port follows it
     */
    public Settings withPorts(int httpPort, int embeddedPort) {
        Map<String, String> changed = new TreeMap<>(values);
        changed.put("ota.http.port", Integer.toString(httpPort));
        changed.put("ota.mqtt.embedded-port", Integer.toString(embeddedPort));
        if (get("ota.download.base-url").equals(httpAddress())) {
            changed.put("ota.download.base-url", "http://" + bracketed(get("ota.http.host")) + ":" + httpPort);
        }
        return new Settings(changed, others);
    }

    /**
     * What the routes see as {@code {{placeholders}}}: every setting that is no secret, the broker's URL as {@code ota.mqtt.broker-url},
     * and the lines of application.properties that are not ours, {@code camel.*} among them.
     *
     * @return a copy
     */
    public Properties forCamel() {
        Properties properties = new Properties();
        properties.putAll(others);
        values.forEach((name, value) -> {
            if (KnownSettings.find(name).filter(Setting::secret).isEmpty()) {
                properties.setProperty(name, value);
            }
        });
        properties.setProperty("ota.mqtt.broker-url", brokerUrl());
        return properties;
    }

    /** Every address of this machine is none to connect to. */
    private static String reachable(String host) {
        return SettingsTogether.ANY_HOST.contains(host) ? "127.0.0.1" : bracketed(host);
    }

    /**
     * Whether devices could not download what is kept here: they come over a broker on another machine, and
     * ota.download.base-url is an address that only this machine has (api.md, Settings).
     */
    public boolean downloadsOutOfReach() {
        return !embeddedBroker() && !loopback("ota.mqtt.url") && loopback("ota.download.base-url");
    }

    private boolean loopback(String urlSetting) {
        return SettingsTogether.loopback(URI.create(get(urlSetting)).getHost());
    }

    static String bracketed(String host) {
        return host.contains(":") ? "[" + host + "]" : host;
    }
}
