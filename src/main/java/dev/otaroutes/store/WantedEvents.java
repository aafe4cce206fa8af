package dev.otaroutes.store;

import dev.otaroutes.event.EventTypes;
import java.util.ArrayList;
import java.util.List;

/**
 * Which events subscriptions ask for, when devices have been locked: what nobody asks for is on record, but is not put into the outbox, for
 * the fan-out would only take it out again. Read behind the locks: a device's event that is given is followed by none that is not.
 */
final class WantedEvents {
    private record Wish(List<String> patterns, String productKey) {
    }

    private final List<Wish> wishes = new ArrayList<>();

    /** @return reads them anew, in place of what was read before */
    Database.Query query(Sql sql) {
        wishes.clear();
        return Database.Query.ofAll(sql.get("webhook/find-wanted"), row ->
                wishes.add(new Wish(List.of(row.getString("events").split(",")), row.getString("product_key"))));
    }

    boolean contains(String type, String productKey) {
        return wishes.stream().anyMatch(wish -> (wish.productKey == null || wish.productKey.equals(productKey))
                && wish.patterns.stream().anyMatch(pattern -> EventTypes.matches(pattern, type)));
    }
}
