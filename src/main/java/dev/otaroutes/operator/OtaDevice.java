package dev.otaroutes.operator;

import dev.otaroutes.store.Times;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/**
 * A device as the API shows it.
 *
 * @param tags    only where one device is asked for and has any; else null
 * @param modules what it has reported, in the order of the modules' names
 * @param tasks   in a list the unfinished ones, alone the last 100; the newest first
 */
public record OtaDevice(String productKey, String deviceKey, Map<String, String> tags, List<Module> modules, List<OtaTask> tasks) {

    static OtaDevice of(ResultSet row, int number) throws SQLException {
        return new OtaDevice(row.getString("product_key"), row.getString("device_key"), null, List.of(), List.of());
    }

    /** The key that finds, locks and orders devices: {@code productKey/deviceKey}. */
    String path() {
        return productKey + "/" + deviceKey;
    }

    OtaDevice with(List<Module> reported, List<OtaTask> found) {
        return new OtaDevice(productKey, deviceKey, tags, reported, found);
    }

    OtaDevice tagged(Map<String, String> own) {
        return new OtaDevice(productKey, deviceKey, own.isEmpty() ? null : own, modules, tasks);
    }

    /** What one module of a device runs. */
    public record Module(String module, String version, String reportedAt) {

        static Module of(ResultSet row, int number) throws SQLException {
            return new Module(row.getString("module"), row.getString("version"), Times.text(row, "reported_at"));
        }
    }
}
