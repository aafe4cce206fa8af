package dev.otaroutes.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.otaroutes.event.EventTypes;
import dev.otaroutes.store.Database;
import dev.otaroutes.store.Sql;
import dev.otaroutes.store.Times;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.springframework.jdbc.support.GeneratedKeyHolder;

/** The subscriptions: what operators do with them, and a copy at hand for those who must not ask the database. */
public final class Subscriptions {
    /** Deliveries that are looked at in one transaction. */
    static final int AT_ONCE = 10_000;

    private final Database database;
    private final Sql sql;
    private final Clock clock;
    private final Predicate<String> formats;
    private final Consumer<String> urls;
    private final SubscriptionRows rows;
    private final SecureRandom random = new SecureRandom();
    private final ObjectMapper json = new ObjectMapper();
    private final AtomicLong looks = new AtomicLong();
    private final AtomicReference<Seen> current = new AtomicReference<>(new Seen(0, null));

    /** @param look number of the look at the table: one that began later has seen all that an earlier one has */
    private record Seen(long look, List<Subscription> all) {
    }

    /**
     * @param formats whether there is a route for a format
     * @param urls    refuses, by an IllegalArgumentException, what may not be called
     */
    Subscriptions(Database database, Sql sql, Clock clock, Predicate<String> formats, Consumer<String> urls) {
        this.database = database;
        this.sql = sql;
        this.clock = clock;
        this.formats = formats;
        this.urls = urls;
        this.rows = new SubscriptionRows(database, sql);
    }

    /**
     * @return the new subscription, with its secret: it is never shown again
     * @throws IllegalArgumentException naming the field and the value that cannot be used
     */
    public Subscription create(SubscriptionRequest request) {
        checkFormat(request.format());
        urls.accept(request.url());
        String secret = request.secret() == null ? WebhookSecret.generate(random) : request.secret();
        long id = database.transaction(() -> {
            GeneratedKeyHolder key = new GeneratedKeyHolder();
            database.jdbc().sql(sql.get("webhook/insert-webhook")).params(columns(request, secret, request.headers()))
                    .update(key, "id");
            return key.getKey().longValue();
        });
        refresh();
        return rows.find(id).orElseThrow();
    }

    /**
     * Changes everything that the request holds; a secret only if it holds one, and a header whose value is
     * {@value Subscription#HIDDEN} stays as it is. Not for another server: whoever may change a subscription may not read its headers,
     * and could have them sent to a server that shows them.
     *
     * @return the subscription without its secret; empty if there is none of that id
     * @throws IllegalArgumentException naming the field and the value that cannot be used
     */
    public Optional<Subscription> update(long id, SubscriptionRequest request) {
        checkFormat(request.format());
        urls.accept(request.url());
        database.transaction(() -> lock(id).ifPresent(before -> {
            Map<String, String> headers = new LinkedHashMap<>(request.headers());
            headers.replaceAll((name, value) -> Subscription.HIDDEN.equals(value) ? kept(name, before, request) : value);
            String secret = request.secret() == null ? before.secret() : request.secret();
            Map<String, Object> columns = columns(request, secret, headers);
            columns.put("id", id);
            database.jdbc().sql(sql.get("webhook/update-webhook")).params(columns).update();
        }));
        refresh();
        return get(id);
    }

    private static String kept(String name, Subscription before, SubscriptionRequest request) {
        String value = before.headers().get(name);
        if (value != null && !server(before.url()).equals(server(request.url()))) {
            throw new IllegalArgumentException("headers must have the value of [" + name + "] itself where url becomes one of another server: ["
                    + Subscription.HIDDEN + "] stands for what [" + server(before.url()) + "] was sent");
        }
        return value == null ? Subscription.HIDDEN : value;
    }

    /** @return scheme, host and port as they were written, in lower case */
    private static String server(String url) {
        return url.replaceFirst("^([^:]+://[^/?#]*).*$", "$1").toLowerCase(Locale.ROOT);
    }

    /** @return without its secret */
    public Optional<Subscription> get(long id) {
        return rows.find(id).map(Subscription::shown);
    }

    /**
     * @param after the last id of the page before; 0 for the first page
     * @return without their secrets, in the order of their ids
     */
    public List<Subscription> list(long after, int limit) {
        return rows.after(after, limit).stream().map(Subscription::shown).toList();
    }

    /** Forgets the subscription; its deliveries are nobody's, and housekeeping removes them. @return whether there was one */
    public boolean delete(long id) {
        boolean deleted = database.transaction(() -> {
            // A fan-out that had read it already would leave deliveries behind.
            database.jdbc().sql(sql.get("webhook/wait-for-fan-out")).query(String.class).list();
            return database.jdbc().sql(sql.get("webhook/delete-webhook")).param("id", id).update() > 0;
        });
        refresh();
        return deleted;
    }

    /** Sends again, from where it was paused, and at once. @return empty if there is none of that id */
    public Optional<Subscription> resume(long id) {
        Map<String, Object> values = Map.of("id", id, "now", Times.toDb(clock.instant()));
        // Bit by bit: millions may have gathered, and no statement may take as long as they all would.
        for (Long after = 0L; after != null;) {
            long first = after;
            Long last = database.jdbc().sql(sql.get("webhook/find-waiting-until")).param("id", id).param("after", first).param("before", AT_ONCE - 1)
                    .query(Long.class).optional().orElse(null);
            database.transaction(() -> database.jdbc().sql(sql.get("webhook/resume-deliveries")).param("id", id).param("after", first)
                    .param("until", last == null ? Long.MAX_VALUE : last).update());
            after = last;
        }
        database.transaction(() -> {
            database.jdbc().sql(sql.get("webhook/resume")).params(values).update();
            database.jdbc().sql(sql.get("webhook/resume-lanes")).params(values).update();
        });
        refresh();
        return get(id);
    }

    /**
     * @param after  the last delivery's id of the page before; 0 for the first page
     * @return in the order of their events
     */
    public List<Delivery> find(long id, DeliveryFilter filter, long after, int limit) {
        return rows.deliveries(id, filter, after, limit);
    }

    /** As {@link #find}. @param status null for all */
    List<Delivery> deliveries(long id, String status, long after, int limit) {
        return rows.deliveries(id, new DeliveryFilter(status, null, null, null), after, limit);
    }

    /** @return empty if the subscription has no such delivery */
    public Optional<Delivery> delivery(long id, long deliveryId) {
        return rows.delivery(id, deliveryId);
    }

    /** @return with its secret, as the table has it now */
    Optional<Subscription> load(long id) {
        return rows.find(id);
    }

    /** As {@link #load(long)}; nobody else changes it until the transaction ends. */
    Optional<Subscription> lock(long id) {
        database.jdbc().sql(sql.get("webhook/lock-webhook")).param("id", id).query(Long.class).list();
        return rows.find(id);
    }

    /**
     * Whether {@code inform} events are to be written: a subscription, active or paused, asks for {@code inform} or for
     * {@code *}, which is every type. The answer is at most a second or two old, and at once right for a change made here.
     */
    public boolean wantsInform() {
        return current().stream().anyMatch(subscription -> subscription.asksFor(EventTypes.INFORM));
    }

    /** @return all, with their secrets, as of a moment ago */
    List<Subscription> current() {
        List<Subscription> known = current.get().all;
        return known == null ? refresh() : known;
    }

    /** @return as {@link #current()}; where a later look than this one has ended already, what that has seen */
    List<Subscription> refresh() {
        Seen mine = new Seen(looks.incrementAndGet(), load());
        return current.accumulateAndGet(mine, (known, seen) -> known.look > seen.look ? known : seen).all;
    }

    /** @return all, with their secrets, as the table has them now */
    List<Subscription> load() {
        return rows.after(0, Integer.MAX_VALUE);
    }

    /** Unless it has been changed since. To be followed by {@link #refresh()} when it is committed. */
    void pause(Subscription subscription, String reason) {
        database.jdbc().sql(sql.get("webhook/pause")).param("id", subscription.id()).param("reason", reason)
                .param("updated", Times.toDb(subscription.updatedAt())).param("now", Times.toDb(clock.instant())).update();
    }

    private void checkFormat(String format) {
        if (!formats.test(format)) {
            throw new IllegalArgumentException("format must have a route direct:webhook-<format>, but [" + format + "] has none");
        }
    }

    private Map<String, Object> columns(SubscriptionRequest request, String secret, Map<String, String> headers) {
        Map<String, Object> columns = new HashMap<>();
        columns.put("name", request.name());
        columns.put("url", request.url());
        columns.put("format", request.format());
        columns.put("events", String.join(",", request.events()));
        columns.put("productKey", request.productKey());
        columns.put("secret", secret);
        columns.put("now", Times.toDb(clock.instant()));
        try {
            columns.put("headers", json.writeValueAsString(headers));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("headers cannot be written as JSON", e);
        }
        return columns;
    }
}
