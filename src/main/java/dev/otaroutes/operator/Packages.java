package dev.otaroutes.operator;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import dev.otaroutes.download.PackageDirectory;
import dev.otaroutes.download.PackageFiles;
import dev.otaroutes.http.ProblemException;
import dev.otaroutes.message.Keys;
import dev.otaroutes.message.SignMethod;
import dev.otaroutes.store.Database;
import dev.otaroutes.store.Sql;
import dev.otaroutes.store.Times;
import java.time.Clock;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.support.GeneratedKeyHolder;

/** The operations on packages (domain.md, Package). Every refusal is a {@link ProblemException}. */
public final class Packages {
    private static final String NOT_REQUIRED = "not-required";

    private final Database database;
    private final Sql sql;
    private final Clock clock;
    private final PackageDirectory directory;
    private final PackageFiles downloads;
    private final PackageRules rules;

    /**
     * @param directory where uploaded files are
     * @param downloads is told when one goes
     */
    public Packages(Database database, Sql sql, Clock clock, PackageDirectory directory, PackageFiles downloads) {
        this.database = database;
        this.sql = sql;
        this.clock = clock;
        this.directory = directory;
        this.downloads = downloads;
        this.rules = new PackageRules(database, sql);
    }

    /** Makes a package; where its files are elsewhere, with them. */
    public OtaPackage create(@Body OtaPackage.Posted posted) {
        String module = posted.module() == null ? Keys.DEFAULT_MODULE : posted.module();
        SignMethod signMethod = posted.signMethod() == null ? SignMethod.SHA256 : SignMethod.valueOf(posted.signMethod());
        List<OtaPackage.File> files = posted.files() == null ? List.of() : posted.files();
        rules.check(posted, module);
        try {
            return database.transaction(() -> {
                String dialect = rules.dialect(posted.productKey(), module);
                files.forEach(file -> PackageRules.checkDigests(file, signMethod, dialect));
                LocalDateTime now = Times.toDb(clock.instant());
                long id = insert(posted, module, signMethod, now);
                for (int i = 0; i < files.size(); i++) {
                    insert(id, files.get(i), i + 1, now);
                }
                insertSources(id, posted, module);
                return find(Long.toString(id));
            });
        } catch (DuplicateKeyException e) {
            throw new ProblemException(409, "product [" + posted.productKey() + "] has a " + (differential(posted)
                    ? "differential package of module [" + module + "] to version [" + posted.version() + "] from one of "
                            + posted.sourceVersions() + " already" : "full package of module [" + module
                    + "] and version [" + posted.version() + "] already: other bytes need another version"));
        }
    }

    private long insert(OtaPackage.Posted posted, String module, SignMethod signMethod, LocalDateTime now) {
        GeneratedKeyHolder key = new GeneratedKeyHolder();
        database.jdbc().sql(sql.get("operator/insert-package"))
                .param("productKey", posted.productKey()).param("module", module).param("version", posted.version())
                .param("type", differential(posted) ? "diff" : "full").param("fullVersion", differential(posted) ? null : posted.version())
                .param("name", posted.name()).param("description", posted.description())
                .param("signMethod", signMethod.name()).param("platform", posted.platform())
                .param("customInfo", OperatorJson.write(posted.customInfo())).param("digestSign", posted.digestSign())
                .param("status", Boolean.TRUE.equals(posted.needsVerification()) ? "unverified" : NOT_REQUIRED)
                .param("now", now).update(key, "id");
        return key.getKey().longValue();
    }

    private static boolean differential(OtaPackage.Posted posted) {
        return "diff".equals(posted.type());
    }

    private void insertSources(long id, OtaPackage.Posted posted, String module) {
        if (differential(posted)) {
            for (String source : new TreeSet<>(posted.sourceVersions())) {
                database.jdbc().sql(sql.get("operator/insert-package-source")).param("productKey", posted.productKey()).param("module", module)
                        .param("version", posted.version()).param("source", source).param("packageId", id).update();
            }
        }
    }

    private void insert(long packageId, OtaPackage.File file, int number, LocalDateTime now) {
        database.jdbc().sql(sql.get("operator/insert-package-file")).param("packageId", packageId)
                .param("name", file.name()).param("number", number).param("size", file.size()).param("md5", lowerCase(file.md5()))
                .param("sha256", lowerCase(file.sha256())).param("url", file.url()).param("now", now).update();
    }

    private static String lowerCase(String hex) {
        return hex == null ? null : hex.toLowerCase(Locale.ROOT);
    }

    public OtaPackage find(@Variable("id") String id) {
        OtaPackage found = database.jdbc().sql(sql.get("operator/find-package")).param("id", Long.parseLong(id))
                .query(OtaPackage::of).optional()
                .orElseThrow(() -> new ProblemException(404, "there is no package [" + id + "]"));
        return withFiles(List.of(found)).get(0);
    }

    /** Whether there is, or ever was, a batch of a package: what came of it stays known when the package goes. */
    boolean wasReleased(String id) {
        return database.jdbc().sql(sql.get("operator/find-batch-of-package")).param("packageId", Long.parseLong(id)).query(Long.class).optional().isPresent();
    }

    /** @throws ProblemException 409, if the package of a batch has been removed: its devices would be sent to files that are gone */
    void requireOf(OtaBatch batch) {
        database.jdbc().sql(sql.get("operator/find-package")).param("id", Long.parseLong(batch.packageId())).query(OtaPackage::of).optional()
                .orElseThrow(() -> new ProblemException(409, "batch [" + batch.id() + "] is of package [" + batch.packageId()
                        + "], which has been removed: make a batch of another package"));
    }

    /**
     * Packages in the order of their making.
     *
     * @param asked entries in the page; null for the default
     * @param after null for the first page
     */
    public Page<OtaPackage> list(@Variable("limit") Integer asked, @Variable("after") String after) {
        int limit = Page.limit(asked);
        Page<OtaPackage> page = Page.of(database.jdbc().sql(sql.get("operator/list-packages"))
                .param("after", Page.afterId(after)).param("limit", limit + 1).query(OtaPackage::of).list(),
                limit, OtaPackage::id);
        return new Page<>(withFiles(page.items()), page.next());
    }

    private List<OtaPackage> withFiles(List<OtaPackage> packages) {
        if (packages.isEmpty()) {
            return packages;
        }
        Map<Long, List<OtaPackage.File>> files = database.jdbc().sql(sql.get("operator/list-package-files"))
                .param("packageIds", packages.stream().map(found -> Long.valueOf(found.id())).toList())
                .query((row, number) -> Map.entry(row.getLong("package_id"), OtaPackage.File.of(row, number))).list().stream()
                .collect(groupingBy(Map.Entry::getKey, mapping(Map.Entry::getValue, toList())));
        Map<Long, List<String>> sources = database.jdbc().sql(sql.get("operator/list-package-sources"))
                .param("packageIds", packages.stream().map(found -> Long.valueOf(found.id())).toList())
                .query((row, number) -> Map.entry(row.getLong("package_id"), row.getString("source_version"))).list().stream()
                .collect(groupingBy(Map.Entry::getKey, mapping(Map.Entry::getValue, toList())));
        Map<Long, Double> verification = verification(packages);
        return packages.stream().map(found -> found.with(files.getOrDefault(Long.valueOf(found.id()), List.of()),
                sources.get(Long.valueOf(found.id())), verification.get(Long.valueOf(found.id())))).toList();
    }

    /** @return how much of their newest verify batch has succeeded, in percent */
    private Map<Long, Double> verification(List<OtaPackage> packages) {
        List<Long> asked = packages.stream().filter(found -> !found.status().equals(NOT_REQUIRED)).map(found -> Long.valueOf(found.id())).toList();
        Map<Long, Double> percent = new HashMap<>();
        if (!asked.isEmpty()) {
            database.jdbc().sql(sql.get("operator/count-verification")).param("packageIds", asked).query(row -> {
                percent.put(row.getLong("package_id"), TaskCounts.percent(row.getLong("succeeded"), row.getLong("tasks")));
            });
        }
        return percent;
    }

    /** A package that needs verification is open to {@code upgrade} once it has been verified; a {@code verify} batch begins that. */
    void admit(OtaPackage released, String batchType) {
        if (batchType.equals("verify")) {
            if (released.status().equals(NOT_REQUIRED)) {
                throw new ProblemException(409, "package [" + released.id() + "] needs no verification: make a batch of type [upgrade]");
            }
            database.jdbc().sql(sql.get("operator/begin-verification")).param("id", Long.parseLong(released.id())).update();
        } else if (!List.of(NOT_REQUIRED, "verified").contains(released.status())) {
            throw new ProblemException(409, "package [" + released.id() + "] is " + released.status()
                    + ": a batch of type [verify] must succeed before one of type [upgrade]");
        }
    }

    /** Removes a package and its files, unless it is in an unfinished batch. What batches did with it stays known. */
    public void remove(@Variable("id") String id) {
        OtaPackage removed = database.transaction(() -> {
            OtaPackage locked = lock(id);
            database.jdbc().sql(sql.get("operator/find-unfinished-batch-of-package")).param("packageId", Long.parseLong(id))
                    .query(String.class).optional().ifPresent(batch -> {
                        throw new ProblemException(409, "package [" + id + "] is in batch [" + batch + "], which has not finished");
                    });
            database.jdbc().sql(sql.get("operator/delete-package-files")).param("packageId", Long.parseLong(id)).update();
            database.jdbc().sql(sql.get("operator/delete-package-sources")).param("packageId", Long.parseLong(id)).update();
            database.jdbc().sql(sql.get("operator/delete-package")).param("id", Long.parseLong(id)).update();
            return locked;
        });
        // Behind the commit: bytes without a row are harmless, a row without its bytes is not.
        directory.remove(Long.parseLong(id));
        removed.files().forEach(file -> downloads.forget(Long.parseLong(id), file.name()));
    }

    /** Holds a package until the transaction ends, so that a batch of it, its file and its removal exclude each other. */
    OtaPackage lock(String id) {
        database.jdbc().sql(sql.get("operator/lock-package")).param("id", Long.parseLong(id)).query(Long.class).optional()
                .orElseThrow(() -> new ProblemException(404, "there is no package [" + id + "]"));
        return find(id);
    }
}
