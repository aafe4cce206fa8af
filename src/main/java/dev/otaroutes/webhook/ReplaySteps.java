package dev.otaroutes.webhook;

import dev.otaroutes.store.Database;
import dev.otaroutes.store.Sql;
import dev.otaroutes.store.Times;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;

/**
 * Opens what is to be sent again, a few events in a short transaction, in the order of the events, by whoever may fan out.
 * <p>
 * Where it has got is in the subscription's row, in the transaction that opens: a kill loses nothing. What happens meanwhile is not given to
 * the subscription by the fan-out, and what waits already is not sent, until the replay has got there ({@link Subscription#wants},
 * {@code find-waiting}): so each device's events come in their order. What is on its way arrives, and is sent again in its turn.
 */
final class ReplaySteps {
    /** Events that are looked at in one transaction. */
    static final int AT_ONCE = 200;
    private static final Logger LOG = LoggerFactory.getLogger("ota.webhook");

    private final Database database;
    private final Sql sql;
    private final Clock clock;
    private final Subscriptions subscriptions;
    private final Runnable opened;

    private record Past(long id, String type, String productKey, String deviceKey, boolean undelivered) {
    }

    /** A delivery that there is. */
    record Known(long id, long eventId, String lane, boolean open) {
    }

    static Known known(ResultSet row) throws SQLException {
        return new Known(row.getLong("id"), row.getLong("event_id"), row.getString("lane"), row.getInt("is_open") == 1);
    }

    /** @param opened called after deliveries have been committed */
    ReplaySteps(Database database, Sql sql, Clock clock, Subscriptions subscriptions, Runnable opened) {
        this.database = database;
        this.sql = sql;
        this.clock = clock;
        this.subscriptions = subscriptions;
        this.opened = opened;
    }

    /** Does the next bit of each replay. @return whether there is more to do at once */
    boolean step() {
        List<Subscription> asked = subscriptions.current().stream().filter(Subscription::replaying).toList();
        int ended = 0;
        for (Subscription subscription : asked) {
            ended += database.repeatableTransaction(() -> step(subscription.id())) ? 0 : 1;
            opened.run();
        }
        if (ended > 0) {
            subscriptions.refresh();
        }
        return asked.size() > ended;
    }

    private boolean step(long webhookId) {
        if (database.jdbc().sql(sql.get("webhook/lock-fan-out")).query(String.class).list().isEmpty()) {
            return false;
        }
        database.jdbc().sql(sql.get("webhook/wait-for-housekeeping")).query(String.class).list();
        Subscription subscription = subscriptions.load(webhookId).filter(Subscription::replaying).orElse(null);
        if (subscription == null) {
            return false;
        }
        boolean more = subscription.replayAfter() != null ? openEvents(subscription) : openDead(subscription);
        if (!more) {
            LOG.info("{}: all that is to be sent again is waiting to be sent", subscription);
        }
        return more;
    }

    private boolean openEvents(Subscription subscription) {
        List<Past> events = database.jdbc().sql(sql.get("webhook/find-events-after")).param("after", subscription.replayAfter())
                .param("limit", AT_ONCE).query((row, number) -> new Past(row.getLong("id"), row.getString("type"),
                        row.getString("product_key"), row.getString("device_key"), row.getInt("undelivered") == 1)).list();
        LocalDateTime now = Times.toDb(clock.instant());
        TreeSet<Lane> lanes = new TreeSet<>();
        Long last = null;
        if (!events.isEmpty()) {
            last = events.get(events.size() - 1).id;
            Map<Long, Known> known = database.jdbc().sql(sql.get("webhook/find-deliveries-of-events"))
                    .params(Map.of("webhook", subscription.id(), "first", events.get(0).id, "last", last))
                    .query((row, number) -> known(row)).list().stream().collect(Collectors.toMap(Known::eventId, Function.identity()));
            // Also what the subscription does not ask for any more, but waits: it was held back.
            known.values().stream().filter(Known::open).forEach(delivery -> lanes.add(new Lane(subscription.id(), delivery.lane)));
            List<Known> again = new ArrayList<>();
            List<SqlParameterSource> first = new ArrayList<>();
            for (Past event : events) {
                // What has not been fanned out yet is, now that the replay has got so far.
                if (!event.undelivered && subscription.asksFor(event.type, event.productKey)) {
                    Lane lane = Lane.of(subscription.id(), event.productKey, event.deviceKey);
                    lanes.add(lane);
                    if (known.containsKey(event.id)) {
                        again.add(known.get(event.id));
                    } else {
                        first.add(new MapSqlParameterSource(Map.of("webhook", lane.webhookId(), "lane", lane.name(), "event", event.id, "now", now)));
                    }
                }
            }
            update("webhook/insert-delivery", first);
            reopen(again, now);
        }
        boolean more = events.size() == AT_ONCE;
        goOn(subscription, more ? last : null, subscription.deadAfter());
        due(lanes, now);
        return more;
    }

    private boolean openDead(Subscription subscription) {
        List<Known> dead = database.jdbc().sql(sql.get("webhook/find-dead")).param("webhook", subscription.id())
                .param("after", subscription.deadAfter()).param("limit", AT_ONCE).query((row, number) -> known(row)).list();
        LocalDateTime now = Times.toDb(clock.instant());
        reopen(dead, now);
        boolean more = dead.size() == AT_ONCE;
        goOn(subscription, null, more ? dead.get(AT_ONCE - 1).eventId : null);
        due(dead.stream().map(delivery -> new Lane(subscription.id(), delivery.lane)).collect(Collectors.toCollection(TreeSet::new)), now);
        return more;
    }

    private void reopen(List<Known> deliveries, LocalDateTime now) {
        if (!deliveries.isEmpty()) {
            database.jdbc().sql(sql.get("webhook/reopen-deliveries")).param("ids", Database.padded(deliveries.stream().map(Known::id).toList()))
                    .param("now", now).update();
        }
    }

    private void goOn(Subscription subscription, Long replayAfter, Long deadAfter) {
        database.jdbc().sql(sql.get("webhook/replay-goes-on")).param("id", subscription.id()).param("replayAfter", replayAfter)
                .param("deadAfter", deadAfter).update();
    }

    /** @param lanes sorted, as everyone locks them */
    private void due(TreeSet<Lane> lanes, LocalDateTime now) {
        update("webhook/replay-lane", lanes.stream().<SqlParameterSource>map(lane -> new MapSqlParameterSource(
                Map.of("webhook", lane.webhookId(), "lane", lane.name(), "now", now))).toList());
    }

    private void update(String statement, Collection<SqlParameterSource> rows) {
        if (!rows.isEmpty()) {
            database.named().batchUpdate(sql.get(statement), rows.toArray(SqlParameterSource[]::new));
        }
    }
}
