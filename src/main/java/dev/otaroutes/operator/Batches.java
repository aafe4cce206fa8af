package dev.otaroutes.operator;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.otaroutes.http.ProblemException;
import dev.otaroutes.message.DeviceId;
import dev.otaroutes.rollout.ExternalFiles;
import dev.otaroutes.rollout.Finding;
import dev.otaroutes.rollout.RolloutPlan;
import dev.otaroutes.store.Database;
import dev.otaroutes.store.FilesElsewhere;
import dev.otaroutes.store.KnownDevices;
import dev.otaroutes.store.Sql;
import dev.otaroutes.store.Times;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.springframework.jdbc.support.GeneratedKeyHolder;

/** The operations on batches (domain.md, batch). Every refusal is a {@link ProblemException}. */
public final class Batches {
    /** What the message to a device has beside the tags (protocol.md §3, extData). */
    private static final List<String> TAKEN_TAGS = List.of("strategy", "_package_udi");
    /**
     * A device that informs is offered the dynamic batches that its instance knows of, and that notices a new one a second later
     * (store/DynamicBatches), by clocks that differ by two. Which devices there are is looked at when that is over, and what was still being
     * stored has been: else one that informed in between, perhaps at its boot only, would be missed by both.
     */
    private static final Duration NOTICED = Duration.ofSeconds(5);

    /** What a tag's name may have that a batch selects by: none of SagooIOT's is longer, nor one of our own tables, whose limit is lower. */
    private static final int MAX_SELECTED_NAME = 255;

    private final Database database;
    private final Sql sql;
    private final Clock clock;
    private final Packages packages;
    private final KnownDevices fleet;
    private final DownloadAddress downloads;
    private final FilesElsewhere elsewhere;
    private final ExternalFiles files;
    private final Runnable wake;

    /**
     * @param files looks at files of packages that are elsewhere
     * @param wake  tells whoever prepares batches that there is one
     */
    public Batches(Database database, Sql sql, Clock clock, Packages packages, DownloadAddress downloads, ExternalFiles files, Runnable wake) {
        this.database = database;
        this.sql = sql;
        this.clock = clock;
        this.packages = packages;
        this.fleet = new KnownDevices(database, sql);
        this.downloads = downloads;
        this.elsewhere = new FilesElsewhere(database, sql);
        this.files = files;
        this.wake = wake;
    }

    /**
     * Makes a batch; its tasks are made behind the answer, while its status is {@code preparing}. Files that are elsewhere are looked at
     * before; the first time, all their bytes are read while it is preparing, which may take minutes.
     */
    public OtaBatch create(@Variable("id") String packageId, @Body OtaBatch.Posted posted) {
        StorableText.checkLength("name", posted.name(), 128);
        checkSelection(posted);
        ObjectNode select = eachDeviceOnce(posted.select());
        checkTags(posted.tags());
        RolloutRules.check(posted.rollout(), clock.instant());
        refuseWhatIsNotThere(Long.parseLong(packageId));
        OtaBatch made = database.transaction(() -> {
            OtaPackage released = packages.lock(packageId);
            checkKnown(released.productKey(), select);
            packages.admit(released, type(posted));
            String protocol = downloads.protocol(filesOf(released), posted.protocol());
            return find(Long.toString(insert(released, posted, select, protocol)));
        });
        wake.run();
        return made;
    }

    /** Outside of the transaction: another server is waited for, some seconds at most. Its bytes are read behind the answer. */
    private void refuseWhatIsNotThere(long packageId) {
        List<CompletableFuture<Finding>> looks = elsewhere.ofPackage(packageId).stream().map(file -> files.look(file).toCompletableFuture()).toList();
        for (CompletableFuture<Finding> look : looks) {
            Finding finding = look.join();
            if (!finding.fine()) {
                throw new ProblemException(409, finding.fault());
            }
        }
    }

    private static String type(OtaBatch.Posted posted) {
        return posted.type() == null ? "upgrade" : posted.type();
    }

    private static List<OtaPackage.File> filesOf(OtaPackage released) {
        if (released.files().isEmpty()) {
            throw new ProblemException(409, "package [" + released.id() + "] has no file yet: PUT /api/v1/packages/"
                    + released.id() + "/files/{name} first");
        }
        return released.files();
    }

    private long insert(OtaPackage released, OtaBatch.Posted posted, ObjectNode select, String protocol) {
        GeneratedKeyHolder key = new GeneratedKeyHolder();
        Instant now = clock.instant();
        boolean dynamic = Boolean.TRUE.equals(posted.dynamic());
        RolloutPlan plan = OtaBatch.plan(posted.rollout());
        database.jdbc().sql(sql.get("operator/insert-batch")).param("packageId", Long.parseLong(released.id()))
                .param("productKey", released.productKey()).param("module", released.module())
                .param("toVersion", released.version()).param("type", type(posted)).param("name", posted.name()).param("protocol", protocol)
                .param("selection", OperatorJson.write(select))
                .param("push", Boolean.FALSE.equals(posted.push()) ? 0 : 1)
                .param("dynamic", dynamic ? 1 : 0)
                .param("tags", posted.tags() == null ? "{}" : OperatorJson.write(posted.tags()))
                .param("rollout", posted.rollout() == null ? "{}" : OperatorJson.write(posted.rollout()))
                .param("unlisted", select.has("devices") && select.get("devices").isEmpty() ? 1 : 0)
                .param("startsAt", Times.toDb(plan.startAt())).param("endsAt", Times.toDb(plan.endAt()))
                .param("dueAt", Times.toDb(dynamic ? now.plus(NOTICED) : now)).param("now", Times.toDb(now)).update(key, "id");
        return key.getKey().longValue();
    }

    private static void checkSelection(OtaBatch.Posted posted) {
        ObjectNode select = posted.select();
        for (String alone : List.of("devices", "all")) {
            if (select.has(alone) && select.size() > 1) {
                throw new ProblemException(400, "select has [" + alone + "], which says it all, but more beside it");
            }
        }
        if (select.has("devices") && Boolean.TRUE.equals(posted.dynamic())) {
            throw new ProblemException(400, "dynamic is true: devices are taken as they inform, so select must not list [devices]");
        }
        checkNames(select.path("tags"));
    }

    /** The contract cannot say it in OpenAPI 3.0: no device has a tag of such a name. */
    private static void checkNames(JsonNode selectedTags) {
        selectedTags.fieldNames().forEachRemaining(name -> {
            if (name.isEmpty()) {
                throw new ProblemException(400, "select.tags must not have an empty name");
            }
            StorableText.checkLength("a name in select.tags", name, MAX_SELECTED_NAME);
        });
    }

    private static ObjectNode eachDeviceOnce(ObjectNode posted) {
        if (!posted.has("devices")) {
            return posted;
        }
        Set<String> devices = new LinkedHashSet<>();
        for (JsonNode device : posted.get("devices")) {
            Products.checkKey("select.devices", device.textValue());
            devices.add(device.textValue());
        }
        ObjectNode select = OperatorJson.mapper().createObjectNode();
        ArrayNode list = select.putArray("devices");
        devices.forEach(list::add);
        return select;
    }

    /** Where SQL knows the fleet, a device that it does not have would be left out in silence. */
    private void checkKnown(String productKey, ObjectNode select) {
        List<DeviceId> listed = new ArrayList<>();
        select.path("devices").forEach(key -> listed.add(new DeviceId(productKey, key.textValue())));
        List<String> unknown = fleet.unknownOf(listed).stream().map(DeviceId::deviceKey).toList();
        if (!unknown.isEmpty()) {
            throw new ProblemException(400, "select.devices has [" + unknown.get(0) + "]" + (unknown.size() == 1 ? "" : " and "
                    + (unknown.size() - 1) + " more") + ", which product [" + productKey + "] does not have, or which is disabled");
        }
    }

    private static void checkTags(ObjectNode tags) {
        for (String taken : TAKEN_TAGS) {
            if (tags != null && tags.has(taken)) {
                throw new ProblemException(400, "tags may not have [" + taken + "]: devices get something else by that name");
            }
        }
    }

    public OtaBatch find(@Variable("id") String id) {
        OtaBatch found = database.jdbc().sql(sql.get("operator/find-batch")).param("id", Long.parseLong(id))
                .query(OtaBatch::of).optional()
                .orElseThrow(() -> new ProblemException(404, "there is no batch [" + id + "]"));
        return withCounts(List.of(found)).get(0);
    }

    /**
     * Batches in the order of their making, without long selections: {@link #find} shows those.
     *
     * @param asked entries in the page; null for the default
     * @param after null for the first page
     */
    public Page<OtaBatch> list(@Variable("limit") Integer asked, @Variable("after") String after) {
        int limit = Page.limit(asked);
        Page<OtaBatch> page = Page.of(database.jdbc().sql(sql.get("operator/list-batches"))
                .param("after", Page.afterId(after)).param("limit", limit + 1).query(OtaBatch::of).list(), limit, OtaBatch::id);
        return new Page<>(withCounts(page.items()), page.next());
    }

    private List<OtaBatch> withCounts(List<OtaBatch> batches) {
        if (batches.isEmpty()) {
            return batches;
        }
        Map<String, List<Count>> counts = database.jdbc().sql(sql.get("operator/count-tasks-of-batches"))
                .param("batchIds", batches.stream().map(batch -> Long.valueOf(batch.id())).toList())
                .query((row, number) -> new Count(row.getString("batch_id"), row.getString("status"), row.getLong("tasks"))).list()
                .stream().collect(groupingBy(Count::batchId));
        return batches.stream().map(batch -> batch.with(new TaskCounts(counts.getOrDefault(batch.id(), List.of()).stream()
                .collect(toMap(Count::status, Count::tasks))))).toList();
    }

    private record Count(String batchId, String status, long tasks) {
    }
}
