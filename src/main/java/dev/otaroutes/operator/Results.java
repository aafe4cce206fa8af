package dev.otaroutes.operator;

import static java.util.stream.Collectors.toMap;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.otaroutes.http.ProblemException;
import dev.otaroutes.message.Keys;
import dev.otaroutes.rollout.DurationBuckets;
import dev.otaroutes.store.Database;
import dev.otaroutes.store.Sql;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.camel.Variable;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/** How upgrades went (domain.md, Results): read from an index and from counters, never from finished tasks. */
public final class Results {
    private final Database database;
    private final Sql sql;
    private final Products products;
    private final Packages packages;
    private final Batches batches;

    public Results(Database database, Sql sql, Products products, Packages packages, Batches batches) {
        this.database = database;
        this.sql = sql;
        this.products = products;
        this.packages = packages;
        this.batches = batches;
    }

    /**
     * Versions that devices run, the most frequent first.
     *
     * @param module null for {@code default}
     */
    public Versions countVersions(@Variable("productKey") String productKey, @Variable("module") String module) {
        products.find(productKey);
        List<Version> counted = database.jdbc().sql(sql.get("operator/count-versions")).param("productKey", productKey)
                .param("module", module == null ? Keys.DEFAULT_MODULE : module)
                .query((row, number) -> new Version(row.getString("version"), row.getLong("devices"), 0)).list();
        long all = counted.stream().mapToLong(Version::devices).sum();
        return new Versions(counted.stream()
                .map(one -> new Version(one.version(), one.devices(), TaskCounts.percent(one.devices(), all))).toList());
    }

    /** How the tasks of one product, package or batch went; the other two are null. */
    public Success measureSuccess(@Variable("productKey") String productKey, @Variable("packageId") String packageId,
                                  @Variable("batchId") String batchId) {
        long asked = Stream.of(productKey, packageId, batchId).filter(Objects::nonNull).count();
        if (asked != 1) {
            throw new ProblemException(400, "one of productKey, packageId and batchId must be given, but " + asked + " are");
        }
        if (productKey != null) {
            products.find(productKey);
            return success("product", "productKey", productKey);
        }
        if (packageId != null) {
            packages.find(packageId);
            return success("package", "packageId", Long.valueOf(packageId));
        }
        batches.find(batchId);
        return success("batch", "batchId", Long.valueOf(batchId));
    }

    private Success success(String of, String field, Object value) {
        TaskCounts counts = new TaskCounts(statement("operator/count-tasks-of-" + of, field, value)
                .query((row, number) -> Map.entry(row.getString("status"), row.getLong("tasks"))).list().stream()
                .collect(toMap(Map.Entry::getKey, Map.Entry::getValue)));
        List<Durations.Bucket> buckets = statement("operator/count-durations-of-" + of, field, value)
                .query((row, number) -> new Durations.Bucket(row.getInt("bucket"), row.getLong("tasks"))).list();
        return new Success(counts.shown(), counts.rolledBack(), counts.successRate(), Durations.of(buckets));
    }

    private StatementSpec statement(String name, String field, Object value) {
        return database.jdbc().sql(sql.get(name)).param(field, value);
    }

    /** How many devices run which version. */
    public record Versions(List<Version> items) {
    }

    /** @param percent of the devices that have reported the module, to two places */
    public record Version(String version, long devices, double percent) {
    }

    /**
     * How tasks went.
     *
     * @param rolledBack  how many devices succeeded and later ran the version before again
     * @param successRate in percent; null while no task has succeeded or failed
     */
    public record Success(Map<String, Long> counts, long rolledBack,
                          @JsonInclude(JsonInclude.Include.ALWAYS) Double successRate, Durations secondsToSuccess) {
    }

    /** Seconds from the first push to success, to 1 %; all null where nothing has succeeded after a push. */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Durations(Double p50, Double p90, Double p99) {

        static Durations of(List<Bucket> inOrder) {
            return new Durations(percentile(inOrder, 50), percentile(inOrder, 90), percentile(inOrder, 99));
        }

        /** The middle of the bucket that holds the task at which the share of tasks is reached. */
        private static Double percentile(List<Bucket> inOrder, int percent) {
            long all = inOrder.stream().mapToLong(Bucket::tasks).sum();
            long rank = Math.max(1, (all * percent + 99) / 100);
            long passed = 0;
            for (Bucket bucket : inOrder) {
                passed += bucket.tasks();
                if (passed >= rank) {
                    return Math.round(DurationBuckets.seconds(bucket.number()) * 1_000) / 1_000.0;
                }
            }
            return null;
        }

        record Bucket(int number, long tasks) {
        }
    }
}
