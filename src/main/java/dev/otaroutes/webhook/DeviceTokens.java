package dev.otaroutes.webhook;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.otaroutes.store.Database;
import dev.otaroutes.store.Sql;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The access tokens by which a platform knows devices: what the statement {@code webhook/find-token} finds, at most a minute old. */
final class DeviceTokens {
    private static final int REMEMBERED = 10_000;
    private static final Duration FRESH = Duration.ofMinutes(1);

    private record Found(String device, String token) {
    }

    private final Database database;
    private final Sql sql;
    private final Cache<String, String> tokens = Caffeine.newBuilder().maximumSize(REMEMBERED).expireAfterWrite(FRESH).build();

    DeviceTokens(Database database, Sql sql) {
        this.database = database;
        this.sql = sql;
    }

    /** @return empty if there is none; asked again the next time */
    Optional<String> find(String productKey, String deviceKey) {
        return Optional.ofNullable(tokens.get(productKey + "/" + deviceKey, device -> load(device, productKey, deviceKey)));
    }

    private String load(String device, String productKey, String deviceKey) {
        // Keys are compared by their bytes here: a table of somebody else's may not.
        return database.jdbc().sql(sql.get("webhook/find-token"))
                .params(Map.of("device", device, "productKey", productKey, "deviceKey", deviceKey))
                .query((row, number) -> new Found(row.getString("device"), row.getString("token"))).list().stream()
                .filter(found -> device.equals(found.device()) && found.token() != null && !found.token().isBlank())
                .map(Found::token).findFirst().orElse(null);
    }
}
