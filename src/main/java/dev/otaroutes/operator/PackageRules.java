package dev.otaroutes.operator;

import dev.otaroutes.download.FileName;
import dev.otaroutes.http.ProblemException;
import dev.otaroutes.message.Dialect;
import dev.otaroutes.message.SignMethod;
import dev.otaroutes.store.Database;
import dev.otaroutes.store.Sql;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the contract cannot say about packages (domain.md, Package; protocol.md §3). */
final class PackageRules {
    /** What custom information may take in the message to a device, in characters of JSON. */
    private static final int MAX_CUSTOM_INFO = 16_384;

    private final Database database;
    private final Sql sql;

    PackageRules(Database database, Sql sql) {
        this.database = database;
        this.sql = sql;
    }

    /** @throws ProblemException 400, for what is wrong whatever there is in the tables */
    void check(OtaPackage.Posted posted, String module) {
        Products.checkKey("productKey", posted.productKey());
        Products.checkKey("module", module);
        StorableText.checkLength("name", posted.name(), 128);
        StorableText.checkLength("description", posted.description(), 1024);
        StorableText.checkLength("platform", posted.platform(), 32);
        checkDifference(posted);
        if (posted.customInfo() != null && posted.customInfo().toString().length() > MAX_CUSTOM_INFO) {
            throw new ProblemException(400, "customInfo may have " + MAX_CUSTOM_INFO + " characters as JSON, but has "
                    + posted.customInfo().toString().length());
        }
        if (posted.files() != null) {
            checkFiles(posted.files());
        }
    }

    private static void checkFiles(List<OtaPackage.File> files) {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < files.size(); i++) {
            String name = files.get(i).name();
            String fault = FileName.fault(name);
            if (fault != null) {
                throw new ProblemException(400, "files[" + i + "].name: " + fault);
            }
            if (!names.add(name)) {
                throw new ProblemException(400, "files[" + i + "].name must be another than those before, but was [" + name + "]");
            }
            checkUrl("files[" + i + "].url", files.get(i).url());
        }
    }

    private static void checkDifference(OtaPackage.Posted posted) {
        boolean differential = "diff".equals(posted.type());
        if (differential != (posted.sourceVersions() != null)) {
            throw new ProblemException(400, differential ? "type is [diff]: sourceVersions must name the versions that it patches"
                    : "sourceVersions is for a package of type [diff]: this one is [full]");
        }
        if (differential && posted.sourceVersions().contains(posted.version())) {
            throw new ProblemException(400, "sourceVersions must not have [" + posted.version() + "], the version that the package leads to");
        }
        // Android's updater checks a difference by MD5 only (protocol.md §3).
        if (differential && "android".equalsIgnoreCase(posted.platform()) && !"MD5".equals(posted.signMethod())) {
            throw new ProblemException(400, "signMethod must be [MD5] for a differential package of platform [" + posted.platform() + "]");
        }
    }

    private static void checkUrl(String field, String url) {
        try {
            if (new URI(url).getHost() != null) {
                return;
            }
        } catch (URISyntaxException notAUrl) {
            // Refused below.
        }
        throw new ProblemException(400, field + " must be an address that devices can download from, but was [" + url + "]");
    }

    /**
     * The dialect of a package's devices; it stays what it is until the transaction ends.
     *
     * @return as {@link Dialect#wireName()}
     * @throws ProblemException 409, if there is no such product or module: made by itself, a mistyped one would be a
     *                          package that no device ever asks for
     */
    String dialect(String productKey, String module) {
        database.jdbc().sql(sql.get("operator/lock-product")).param("productKey", productKey).query(String.class).optional();
        String dialect = database.jdbc().sql(sql.get("operator/find-product")).param("productKey", productKey)
                .query((row, number) -> row.getString("dialect")).optional().orElseThrow(() -> new ProblemException(409,
                        "productKey [" + productKey + "] is not known: PUT /api/v1/products/" + productKey + " first"));
        database.jdbc().sql(sql.get("operator/find-module")).param("productKey", productKey).param("module", module)
                .query(OtaModule::of).optional().orElseThrow(() -> new ProblemException(409, "module [" + module
                        + "] of product [" + productKey + "] is not known: PUT /api/v1/products/" + productKey + "/modules/"
                        + module + " first"));
        return dialect;
    }

    /**
     * Refuses a file without the digests that its devices need: the one of the package's signMethod, and for Alibaba's
     * SDKs the MD5 whatever that is (protocol.md §3).
     */
    static void checkDigests(OtaPackage.File file, SignMethod signMethod, String dialect) {
        if (signMethod == SignMethod.SHA256 && file.sha256() == null) {
            throw new ProblemException(400, "file [" + file.name() + "] has no sha256, but signMethod is [SHA256]");
        }
        if (file.md5() == null && signMethod == SignMethod.MD5) {
            throw new ProblemException(400, "file [" + file.name() + "] has no md5, but signMethod is [MD5]");
        }
        if (file.md5() == null && Dialect.ALIBABA.wireName().equals(dialect)) {
            throw new ProblemException(400, "file [" + file.name() + "] has no md5, but devices of dialect [" + dialect
                    + "] need one");
        }
    }
}
