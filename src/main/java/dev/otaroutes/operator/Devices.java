package dev.otaroutes.operator;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import dev.otaroutes.http.ProblemException;
import dev.otaroutes.message.DeviceId;
import dev.otaroutes.rollout.Rollout;
import dev.otaroutes.store.Database;
import dev.otaroutes.store.Sql;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/** The operations on devices (domain.md, Devices). Every refusal is a {@link ProblemException}. */
public final class Devices {
    private static final int MAX_TAG_NAME = 64;
    private static final int MAX_TAG_VALUE = 256;

    private final Database database;
    private final Sql sql;
    private final Rollout rollout;

    public Devices(Database database, Sql sql, Rollout rollout) {
        this.database = database;
        this.sql = sql;
        this.rollout = rollout;
    }

    /**
     * Devices in the order of their keys.
     *
     * @param productKey null for those of every product
     * @param asked      entries in the page; null for the default
     * @param after      null for the first page
     */
    public Page<OtaDevice> list(@Variable("productKey") String productKey, @Variable("limit") Integer asked,
                                @Variable("after") String after) {
        int limit = Page.limit(asked);
        StatementSpec statement = productKey == null ? statement("operator/list-devices").param("after", Page.afterKey(after))
                : statement("operator/list-devices-of-product").param("productKey", productKey).param("after", afterKey(productKey, after));
        Page<OtaDevice> page = Page.of(statement.param("limit", limit + 1)
                .query(OtaDevice::of).list(), limit, OtaDevice::path);
        if (page.items().isEmpty()) {
            return page;
        }
        List<String> paths = page.items().stream().map(OtaDevice::path).toList();
        Map<String, List<OtaDevice.Module>> modules = modules(paths);
        Map<String, List<OtaTask>> tasks = statement("operator/list-unfinished-tasks-of-devices").param("devices", paths)
                .query(OtaTask::of).list().stream().collect(groupingBy(task -> task.productKey() + "/" + task.deviceKey()));
        return new Page<>(page.items().stream().map(device -> device.with(
                modules.getOrDefault(device.path(), List.of()),
                tasks.getOrDefault(device.path(), List.of()))).toList(), page.next());
    }

    /** The key of the device that a page of one product starts after: the empty text, before the first, for null. */
    private static String afterKey(String productKey, String after) {
        String product = productKey + "/";
        if (after == null || after.startsWith(product)) {
            return after == null ? "" : after.substring(product.length());
        }
        throw new ProblemException(400, "after must be next of a page of product [" + productKey + "], but was [" + after + "]");
    }

    public OtaDevice find(@Variable("productKey") String productKey, @Variable("deviceKey") String deviceKey) {
        String path = productKey + "/" + deviceKey;
        OtaDevice device = statement("operator/find-device").param("device", path).query(OtaDevice::of).optional()
                .orElseThrow(() -> noSuchDevice(productKey, deviceKey));
        return device.with(modules(List.of(path)).getOrDefault(path, List.of()),
                statement("operator/list-tasks-of-device").param("device", path).query(OtaTask::of).list()).tagged(tags(path));
    }

    private static ProblemException noSuchDevice(String productKey, String deviceKey) {
        return new ProblemException(404, "there is no device [" + deviceKey + "] of product [" + productKey + "]");
    }

    /** Says what a device is called by, in place of what it was called by before. */
    public OtaDevice tag(@Variable("productKey") String productKey, @Variable("deviceKey") String deviceKey, @Body Map<String, String> tags) {
        tags.keySet().stream().filter(name -> name.isEmpty() || name.length() > MAX_TAG_NAME).findFirst().ifPresent(name -> {
            throw new ProblemException(400, "a tag's name must be 1 to " + MAX_TAG_NAME + " characters, but was [" + name + "]");
        });
        // MariaDB takes two names for one that differ in the blanks at their ends.
        tags.keySet().stream().filter(name -> !name.equals(name.stripTrailing())).findFirst().ifPresent(name -> {
            throw new ProblemException(400, "a tag's name must not end in white space, but was [" + name + "]");
        });
        tags.forEach((name, value) -> StorableText.checkLength("[" + name + "]", value, MAX_TAG_VALUE));
        String path = productKey + "/" + deviceKey;
        database.transaction(() -> {
            // Held until the end, so that two who tag it follow each other, and none tags one that is removed meanwhile.
            statement("device/lock").param("devices", database.listed(sql.get("device/lock"), List.of(path))).query((row, number) -> row.getString("device")).optional()
                    .orElseThrow(() -> noSuchDevice(productKey, deviceKey));
            statement("device/remove-tags").param("device", path).update();
            tags.forEach((name, value) -> statement("operator/add-device-tag").param("device", path).param("name", name)
                    .param("value", value).update());
        });
        return find(productKey, deviceKey);
    }

    private Map<String, String> tags(String path) {
        Map<String, String> tags = new TreeMap<>();
        statement("device/find-tags").param("devices", List.of(path)).query(row -> {
            tags.put(row.getString("name"), row.getString("tag_value"));
        });
        return tags;
    }

    /** Cancels what the device was still to do, and forgets it. */
    public CompletionStage<Void> remove(@Variable("productKey") String productKey, @Variable("deviceKey") String deviceKey) {
        find(productKey, deviceKey);
        return rollout.remove(new DeviceId(productKey, deviceKey));
    }

    private Map<String, List<OtaDevice.Module>> modules(List<String> paths) {
        return statement("operator/list-modules-of-devices").param("devices", paths)
                .query((row, number) -> Map.entry(row.getString("device"), OtaDevice.Module.of(row, number))).list().stream()
                .collect(groupingBy(Map.Entry::getKey, mapping(Map.Entry::getValue, toList())));
    }

    private StatementSpec statement(String name) {
        return database.jdbc().sql(sql.get(name));
    }
}
