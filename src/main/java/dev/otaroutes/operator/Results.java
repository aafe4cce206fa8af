package dev.otaroutes.operator;

import static java.util.stream.Collectors.toMap;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.otaroutes.http.ProblemException;
import dev.otaroutes.message.Keys;
import dev.otaroutes.rollout.DurationBuckets;
import dev.otaroutes.store.Database;
import dev.otaroutes.store.Sql;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.camel.Variable;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/** How upgrades went (domain.md, Results): read from an index and from counters, never from finished tasks. */
public final class Results {
    /** Of the version history, where no more is asked for. */
    private static final int DAYS = 30;

    private final Database database;
    private final Sql sql;
    private final Clock clock;
    private final Products products;
    private final Packages packages;
    private final Batches batches;

    public Results(Database database, Sql sql, Clock clock, Products products, Packages packages, Batches batches) {
        this.database = database;
        this.sql = sql;
        this.clock = clock;
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
        return new Versions(shares(counted));
    }

    /**
     * Versions that devices ran, day by day, the earliest first. A day is absent where it was not counted.
     *
     * @param module null for {@code default}
     * @param from   a day; null for 30 days until the last
     * @param to     the last day; null for today, in UTC
     */
    public VersionDays listVersionDays(@Variable("productKey") String productKey, @Variable("module") String module, @Variable("from") String from,
                                       @Variable("to") String to) {
        products.find(productKey);
        LocalDate last = to == null ? LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC) : day("to", to);
        LocalDate first = from == null ? last.minusDays(DAYS - 1) : day("from", from);
        if (first.isAfter(last)) {
            throw new ProblemException(400, "from must not be after to, but was [" + first + "], and to is [" + last + "]");
        }
        Map<LocalDate, List<Version>> days = new TreeMap<>();
        database.jdbc().sql(sql.get("operator/list-version-counts")).param("productKey", productKey)
                .param("module", module == null ? Keys.DEFAULT_MODULE : module).param("from", first).param("to", last)
                .query(row -> {
                    days.computeIfAbsent(row.getObject("counted_on", LocalDate.class), day -> new ArrayList<>())
                            .add(new Version(row.getString("version"), row.getLong("devices"), 0));
                });
        return new VersionDays(days.entrySet().stream().map(day -> new VersionDay(day.getKey().toString(), shares(day.getValue()))).toList());
    }

    private static LocalDate day(String field, String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeException e) {
            throw new ProblemException(400, field + " must be a day such as 2026-11-23, but was [" + text + "]");
        }
    }

    private static List<Version> shares(List<Version> counted) {
        long all = counted.stream().mapToLong(Version::devices).sum();
        return counted.stream().map(one -> new Version(one.version(), one.devices(), TaskCounts.percent(one.devices(), all))).toList();
    }

    /** How the tasks of one product, module of it, package or batch went; what is not asked for is null. */
    public Success measureSuccess(@Variable("productKey") String productKey, @Variable("module") String module, @Variable("packageId") String packageId,
                                  @Variable("batchId") String batchId) {
        Scope scope = scope(productKey, module, packageId, batchId);
        TaskCounts counts = new TaskCounts(statement("operator/count-tasks-of-", scope)
                .query((row, number) -> Map.entry(row.getString("status"), row.getLong("tasks"))).list().stream()
                .collect(toMap(Map.Entry::getKey, Map.Entry::getValue)));
        List<Durations.Bucket> buckets = statement("operator/count-durations-of-", scope)
                .query((row, number) -> new Durations.Bucket(row.getInt("bucket"), row.getLong("tasks"))).list();
        return new Success(counts.shown(), counts.rolledBack(), counts.successRate(), Durations.of(buckets));
    }

    /** Why tasks of one product, module of it, package or batch have failed; what is not asked for is null. */
    public FailureResults countFailures(@Variable("productKey") String productKey, @Variable("module") String module,
                                        @Variable("packageId") String packageId, @Variable("batchId") String batchId) {
        Scope scope = scope(productKey, module, packageId, batchId);
        return FailureResults.of(
                statement("operator/count-failures-of-", scope).query((row, number) -> new FailureResults.Counted(row.getString("reason"),
                        row.getString("from_version"), row.getLong("tasks"))).list(),
                statement("operator/count-messages-of-", scope).param("most", FailureResults.TOP_MESSAGES)
                        .query((row, number) -> new FailureResults.Counted(row.getString("reason"), row.getString("message"), row.getLong("tasks"))).list());
    }

    /** What is asked about. @param of product, module, package or batch: what a statement's name ends with */
    private record Scope(String of, Map<String, Object> parameters) {
    }

    private Scope scope(String productKey, String module, String packageId, String batchId) {
        long asked = Stream.of(productKey, packageId, batchId).filter(Objects::nonNull).count();
        if (asked != 1) {
            throw new ProblemException(400, "one of productKey, packageId and batchId must be given, but " + asked + " are");
        }
        if (productKey != null) {
            products.find(productKey);
            return module == null ? new Scope("product", Map.of("productKey", productKey))
                    : new Scope("module", Map.of("productKey", productKey, "module", module));
        }
        if (module != null) {
            throw new ProblemException(400, "module [" + module + "] is given without productKey: a package and a batch have one module");
        }
        if (packageId != null) {
            if (!packages.wasReleased(packageId)) {
                packages.find(packageId);
            }
            return new Scope("package", Map.of("packageId", Long.valueOf(packageId)));
        }
        batches.find(batchId);
        return new Scope("batch", Map.of("batchId", Long.valueOf(batchId)));
    }

    private StatementSpec statement(String name, Scope scope) {
        return database.jdbc().sql(sql.get(name + scope.of)).params(scope.parameters);
    }

    /** How many devices run which version. */
    public record Versions(List<Version> items) {
    }

    /** How many devices ran which version, day by day. */
    public record VersionDays(List<VersionDay> items) {
    }

    /** @param date as ISO 8601 has it, in UTC */
    public record VersionDay(String date, List<Version> versions) {
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
