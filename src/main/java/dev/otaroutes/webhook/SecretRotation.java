package dev.otaroutes.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.otaroutes.store.Database;
import dev.otaroutes.store.Sql;
import dev.otaroutes.store.Times;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Replaces a subscription's secret while its receiver goes on (api.md, Operator API; Standard Webhooks): for 24 hours deliveries carry a
 * signature by the old one as well, after the new one's. A rotation within that time ends none early: whichever the receiver has is served.
 */
public final class SecretRotation {
    static final Duration OVERLAP = Duration.ofHours(24);
    /** Of those that are still valid: a header has its limits. */
    static final int MOST_OLD = 5;

    private final Database database;
    private final Sql sql;
    private final Clock clock;
    private final Subscriptions subscriptions;
    private final SecureRandom random = new SecureRandom();
    private final ObjectMapper json = new ObjectMapper();

    SecretRotation(Database database, Sql sql, Clock clock, Subscriptions subscriptions) {
        this.database = database;
        this.sql = sql;
        this.clock = clock;
        this.subscriptions = subscriptions;
    }

    /**
     * @param posted the new secret; null: one is made
     * @return the subscription with its new secret, which is never shown again; empty if there is none of that id
     * @throws IllegalArgumentException if the posted secret is none; the message does not repeat it
     * @throws IllegalStateException    if it is the secret already, or {@value #MOST_OLD} old ones are valid still
     */
    public Optional<Subscription> rotate(long id, String posted) {
        if (posted != null) {
            WebhookSecret.parse(posted);
        }
        String secret = posted == null ? WebhookSecret.generate(random) : posted;
        database.transaction(() -> subscriptions.lock(id).ifPresent(before -> store(before, secret)));
        subscriptions.refresh();
        return subscriptions.load(id);
    }

    private void store(Subscription before, String secret) {
        if (secret.equals(before.secret())) {
            throw new IllegalStateException("the secret that was posted is the one that webhook [" + before.id() + "] has already");
        }
        Instant now = clock.instant();
        List<OldSecret> old = Stream.concat(Stream.of(new OldSecret(before.secret(), now.plus(OVERLAP))), before.oldSecrets().stream())
                .filter(kept -> kept.until().isAfter(now) && !kept.secret().equals(secret)).toList();
        if (old.size() > MOST_OLD) {
            throw new IllegalStateException("webhook [" + before.id() + "] has [" + MOST_OLD + "] old secrets that are valid still; the first ends at "
                    + Times.text(old.get(old.size() - 1).until()) + ", rotate then. A PUT with a secret replaces it at once");
        }
        database.jdbc().sql(sql.get("webhook/rotate-secret")).params(Map.of("id", before.id(), "secret", secret, "oldSecrets", text(old),
                "now", Times.toDb(now))).update();
    }

    private String text(List<OldSecret> old) {
        try {
            return json.writeValueAsString(old.stream()
                    .map(secret -> Map.of("secret", secret.secret(), "until", Times.text(secret.until()))).toList());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("old secrets cannot be written as JSON", e);
        }
    }
}
