package dev.otaroutes.settings;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** What settings owe to each other (api.md, Settings and Access), and the defaults that follow from others. */
final class SettingsTogether {
    static final Set<String> ANY_HOST = Set.of("0.0.0.0", "::", "0:0:0:0:0:0:0:0");

    private static final String SAGOOIOT = "classpath:sql-sagooiot";
    private static final Pattern PASSWORD = Pattern.compile("[?&;][a-z]*(password|pwd)=", Pattern.CASE_INSENSITIVE);

    private final Map<String, String> values;
    private final List<String> faults;

    SettingsTogether(Map<String, String> values, List<String> faults) {
        this.values = values;
        this.faults = faults;
    }

    void check() {
        boolean embeddedBroker = get("ota.mqtt.url").equals("embedded");
        checkAccess(embeddedBroker);
        if (PASSWORD.matcher(get("ota.db.url")).find()) {
            faults.add("ota.db.url holds a password, which logs would show: move it to ota.db.password");
        }
        if (get("ota.sql.dir").contains(SAGOOIOT) && !get("ota.db.url").matches("jdbc:(mysql|mariadb):.*")) {
            faults.add("ota.sql.dir has [" + SAGOOIOT + "], which asks SagooIOT's own tables: set ota.db.url to its MySQL");
        }
        checkPorts(embeddedBroker);
        checkBaseUrl();
        boolean embedded = embeddedBroker && Settings.embeddedDatabase(get("ota.db.url"));
        decideDemo(embedded);
        putIfEmpty("ota.webhook.internal-hosts", embedded ? "*" : "");
        putIfEmpty("ota.mqtt.client-id", "ota-" + hostName());
        String share = get("ota.mqtt.share-group").isEmpty() ? "" : "$share/" + get("ota.mqtt.share-group") + "/";
        putIfEmpty("ota.endpoint.inform", "paho-mqtt5:" + share + "/ota/device/inform/+/+");
        putIfEmpty("ota.endpoint.progress", "paho-mqtt5:" + share + "/ota/device/progress/+/+");
        putIfEmpty("ota.endpoint.firmware-get", "paho-mqtt5:" + share + "/sys/+/+/thing/ota/firmware/get");
        putIfEmpty("ota.endpoint.file-download", "paho-mqtt5:" + share + "/sys/+/+/thing/file/download");
        putIfEmpty("ota.endpoint.online", "direct:receive-online");
    }

    private void checkAccess(boolean embeddedBroker) {
        String brokerHost = get("ota.mqtt.embedded-host");
        boolean named = !get("ota.mqtt.username").isEmpty();
        boolean secret = !get("ota.mqtt.password").isEmpty();
        if (embeddedBroker && named != secret) {
            faults.add((named ? "ota.mqtt.password is empty while ota.mqtt.username" : "ota.mqtt.username is empty while ota.mqtt.password")
                    + " is set: the embedded broker takes both or neither");
        } else if (embeddedBroker && !loopback(brokerHost) && !named) {
            faults.add("ota.mqtt.embedded-host is [" + brokerHost + "]: the broker would be open to the network;"
                    + " set ota.mqtt.username and ota.mqtt.password, or use 127.0.0.1");
        }
        String httpHost = get("ota.http.host");
        if (!loopback(httpHost) && get("ota.api.keys").isEmpty()) {
            faults.add("ota.http.host is [" + httpHost + "]: the operator API would be open to the network;"
                    + " set ota.api.keys, or use 127.0.0.1");
        }
    }

    private void checkPorts(boolean embeddedBroker) {
        String port = get("ota.http.port");
        String httpHost = get("ota.http.host");
        String brokerHost = get("ota.mqtt.embedded-host");
        boolean sameHost = httpHost.equals(brokerHost) || ANY_HOST.contains(httpHost) || ANY_HOST.contains(brokerHost);
        if (embeddedBroker && sameHost && !port.equals("0") && port.equals(get("ota.mqtt.embedded-port"))) {
            faults.add("ota.mqtt.embedded-port is [" + port + "], and so is ota.http.port: set one of them to another port");
        }
    }

    private void checkBaseUrl() {
        String host = get("ota.http.host");
        if (!get("ota.download.base-url").isEmpty()) {
            values.put("ota.download.base-url", get("ota.download.base-url").replaceAll("/+$", ""));
        } else if (ANY_HOST.contains(host)) {
            faults.add("ota.download.base-url is empty and ota.http.host is [" + host + "]: set ota.download.base-url"
                    + " to the address at which devices reach this machine, such as http://ota.example.com:8080");
        } else {
            values.put("ota.download.base-url", "http://" + Settings.bracketed(host) + ":" + get("ota.http.port"));
        }
    }

    private void decideDemo(boolean possible) {
        if (get("ota.demo.enabled").equals("true") && !possible) {
            faults.add("ota.demo.enabled is [true]: the demo runs only with ota.mqtt.url = embedded and the embedded H2"
                    + " database; remove the line");
        }
        putIfEmpty("ota.demo.enabled", Boolean.toString(possible));
    }

    static boolean loopback(String host) {
        try {
            return host.equals("localhost")
                    || host.matches("[0-9.]+|.*:.*") && InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException notAnAddress) {
            return false;
        }
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            return "localhost";
        }
    }

    private String get(String name) {
        return values.get(name);
    }

    private void putIfEmpty(String name, String value) {
        if (get(name).isEmpty()) {
            values.put(name, value);
        }
    }
}
