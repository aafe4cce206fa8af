package dev.otaroutes.settings;

import static dev.otaroutes.settings.Rules.number;
import static dev.otaroutes.settings.Setting.secret;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Every {@code ota.*} setting with its default: the one place that has them. {@code application.properties} explains
 * each to its user; a test keeps the two alike.
 */
final class KnownSettings {
    static final String UPGRADE_ENDPOINT = "paho-mqtt5:ota-upgrade";

    private static final Setting.Rule DAYS = number("a number of days", 1, 3_650);

    private static final List<Setting> ALL = List.of(
            new Setting("ota.mqtt.url", "embedded", Rules::broker),
            new Setting("ota.mqtt.embedded-host", "127.0.0.1", Rules::host),
            new Setting("ota.mqtt.embedded-port", "1883", Rules::port),
            new Setting("ota.mqtt.username", "", Rules::anything),
            secret("ota.mqtt.password", Rules::anything),
            new Setting("ota.mqtt.client-id", "", Rules::anything),
            new Setting("ota.mqtt.share-group", "", Rules::shareGroup),
            new Setting("ota.mqtt.session-expiry-seconds", "86400", number("a number of seconds", 0, 4_294_967_295L)),

            new Setting("ota.db.url", "jdbc:h2:file:./data/ota", Rules::database),
            new Setting("ota.db.username", "sa", Rules::anything),
            secret("ota.db.password", Rules::anything),
            new Setting("ota.db.start-wait-seconds", "60", number("a number of seconds", 0, 86_400)),

            new Setting("ota.http.host", "127.0.0.1", Rules::host),
            new Setting("ota.http.port", "8080", Rules::port),
            secret("ota.api.keys", Rules::apiKeys),

            new Setting("ota.package.max-file-bytes", "1048576000", number("a number of bytes", 1, Long.MAX_VALUE)),
            new Setting("ota.package.file-suffixes", ".bin,.dav,.tar,.gz,.zip,.gzip,.apk,.tar.gz,.tar.xz,.pack", Rules::suffixes),
            new Setting("ota.package.verified-percent", "100", number("a percentage", 1, 100)),

            new Setting("ota.download.dir", "./data/packages", Rules::anything),
            new Setting("ota.download.base-url", "", Rules::webAddress),
            secret("ota.download.signing-key", Rules::signingKey),
            new Setting("ota.download.link-ttl-seconds", "604800", number("a number of seconds", 1, 31_536_000)),
            new Setting("ota.download.mqtt-max-file-bytes", "16777216", number("a number of bytes", 1, Long.MAX_VALUE)),

            new Setting("ota.webhook.internal-hosts", "", Rules::internalHosts),
            new Setting("ota.webhook.ca-file", "", Rules::authorities),

            new Setting("ota.log.format", "text", Rules::logFormat),

            new Setting("ota.otel.endpoint", "", Rules::webAddress),
            new Setting("ota.otel.sample-percent", "100", number("a percentage", 1, 100)),

            new Setting("ota.results.history-days", "400", number("a number of days", 1, 36_500)),

            new Setting("ota.keep.history-days", "90", DAYS),
            new Setting("ota.keep.events-days", "30", DAYS),
            new Setting("ota.keep.rejected-days", "30", DAYS),

            new Setting("ota.device-api.prefix", "/base-api", Rules::pathPrefix),

            new Setting("ota.demo.enabled", "", Rules::flag),

            new Setting("ota.sql.dir", "", Rules::sqlPlaces),
            new Setting("ota.endpoint.inform", "", Rules::anything),
            new Setting("ota.endpoint.progress", "", Rules::anything),
            new Setting("ota.endpoint.upgrade", UPGRADE_ENDPOINT, Rules::anything),
            new Setting("ota.endpoint.firmware-get", "", Rules::anything),
            new Setting("ota.endpoint.firmware-get-reply", "paho-mqtt5:ota-firmware-get-reply", Rules::anything),
            new Setting("ota.endpoint.file-download", "", Rules::anything),
            new Setting("ota.endpoint.file-download-reply", "paho-mqtt5:ota-file-download-reply", Rules::anything),
            new Setting("ota.endpoint.online", "", Rules::anything),
            new Setting("ota.online.client-pattern", ".* (?<deviceKey>[^& ]+)&(?<productKey>[^& ]+)", Rules::clientPattern));

    private static final Map<String, Setting> BY_NAME = byName();

    private KnownSettings() {
    }

    static List<Setting> all() {
        return ALL;
    }

    static Optional<Setting> find(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /** @return the name that is the fewest edits away from one that does not exist; the first of several */
    static String nearest(String unknown) {
        return nearest(unknown, Setting::name).name();
    }

    /** As {@link #nearest(String)}. @param spelling which of a setting's names is meant */
    static Setting nearest(String unknown, Function<Setting, String> spelling) {
        Setting nearest = null;
        int fewest = Integer.MAX_VALUE;
        for (Setting setting : ALL) {
            int edits = edits(unknown, spelling.apply(setting));
            if (edits < fewest) {
                fewest = edits;
                nearest = setting;
            }
        }
        return nearest;
    }

    /** Levenshtein's distance: how many characters to insert, delete or replace. */
    private static int edits(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }

    private static Map<String, Setting> byName() {
        Map<String, Setting> settings = new LinkedHashMap<>();
        ALL.forEach(setting -> settings.put(setting.name(), setting));
        return settings;
    }
}
