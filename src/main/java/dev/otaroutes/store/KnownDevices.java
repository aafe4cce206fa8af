package dev.otaroutes.store;

import dev.otaroutes.message.DeviceId;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which devices there are, where SQL is in place that knows the fleet: statement {@code device/find-known}, which the bundle itself
 * does not have (domain.md, Unknown device). Without it every device is welcome, and nothing is asked.
 */
public final class KnownDevices {
    /** A statement takes so many parameters and no more; a batch may list any number of devices. */
    private static final int AT_ONCE = 1_000;

    private final Database database;
    private final Optional<String> statement;

    public KnownDevices(Database database, Sql sql) {
        this.database = database;
        statement = sql.find("device/find-known");
    }

    /** @return whether there is anything to ask */
    public boolean knowsTheFleet() {
        return statement.isPresent();
    }

    /** @return those of the devices that the fleet does not have, in order, keys compared by their bytes; none where nobody knows the fleet */
    public Set<DeviceId> unknownOf(Collection<DeviceId> devices) {
        if (statement.isEmpty() || devices.isEmpty()) {
            return Set.of();
        }
        List<DeviceId> asked = List.copyOf(devices);
        Set<String> known = new HashSet<>();
        for (int from = 0; from < asked.size(); from += AT_ONCE) {
            List<DeviceId> some = asked.subList(from, Math.min(asked.size(), from + AT_ONCE));
            known.addAll(database.named().queryForList(statement.get(), parameters(some), String.class));
        }
        Set<DeviceId> unknown = new TreeSet<>(devices);
        unknown.removeIf(device -> known.contains(device.path()));
        return unknown;
    }

    /** What a statement about devices gets: {@code devices} (paths), and their {@code productKeys} and {@code deviceKeys}. */
    static Map<String, Object> parameters(Collection<DeviceId> devices) {
        return Map.of("devices", Database.padded(devices.stream().map(DeviceId::path).toList()),
                "productKeys", devices.stream().map(DeviceId::productKey).distinct().toList(),
                "deviceKeys", Database.padded(devices.stream().map(DeviceId::deviceKey).toList()));
    }
}
