package dev.otaroutes.operator;

import static dev.otaroutes.operator.Page.afterKey;

import dev.otaroutes.http.ProblemException;
import dev.otaroutes.message.Dialect;
import dev.otaroutes.message.Keys;
import dev.otaroutes.store.Database;
import dev.otaroutes.store.Sql;
import dev.otaroutes.store.Times;
import java.time.Clock;
import java.time.LocalDateTime;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.springframework.dao.DuplicateKeyException;

/** The operations on products (domain.md). Every refusal is a {@link ProblemException}. */
public final class Products {
    private final Database database;
    private final Sql sql;
    private final Clock clock;

    public Products(Database database, Sql sql, Clock clock) {
        this.database = database;
        this.sql = sql;
        this.clock = clock;
    }

    /**
     * Makes a product and its module {@code default}, or changes what of it is not a key. Keys for HTTP access that are
     * not posted stay as they are: a secret is never shown, so that what was read can be put back.
     */
    public OtaProduct store(@Variable("productKey") String productKey, @Body OtaProduct.Posted posted) {
        checkKey("productKey", productKey);
        StorableText.checkLength("name", posted.name(), 128);
        try {
            return storeOnce(productKey, posted);
        } catch (DuplicateKeyException e) {
            refuseTakenAccessKey(productKey, posted.accessKey());
            // Made by another call at the same moment: now it is there to be changed.
            return storeOnce(productKey, posted);
        }
    }

    private OtaProduct storeOnce(String productKey, OtaProduct.Posted posted) {
        LocalDateTime now = Times.toDb(clock.instant());
        return database.transaction(() -> {
            database.jdbc().sql(sql.get("operator/lock-product")).param("productKey", productKey).query(String.class).optional();
            refuseHalfAnAccess(productKey, posted);
            refuseUnknownMd5(productKey, posted.dialect());
            if (write("operator/update-product", productKey, posted, now) == 0) {
                write("operator/insert-product", productKey, posted, now);
                // Devices may have named it before: a product of SagooIOT's is one without having been PUT.
                database.jdbc().sql(sql.get("device/register-module")).param("productKey", productKey)
                        .param("module", Keys.DEFAULT_MODULE).param("now", now).update();
            }
            return find(productKey);
        });
    }

    private int write(String statement, String productKey, OtaProduct.Posted posted, LocalDateTime now) {
        return database.jdbc().sql(sql.get(statement)).param("productKey", productKey).param("name", posted.name())
                .param("dialect", posted.dialect()).param("accessKey", posted.accessKey())
                .param("secretKey", posted.secretKey()).param("now", now).update();
    }

    /** An access key and its secret are one thing: half of it would be an access that nobody can use. */
    private void refuseHalfAnAccess(String productKey, OtaProduct.Posted posted) {
        if ((posted.accessKey() == null) == (posted.secretKey() == null)) {
            return;
        }
        String stored = database.jdbc().sql(sql.get("operator/find-product")).param("productKey", productKey)
                .query(OtaProduct::of).optional().map(OtaProduct::accessKey).orElse(null);
        if (posted.accessKey() == null && stored == null) {
            throw new ProblemException(400, "secretKey needs an accessKey beside it: product [" + productKey + "] has none");
        }
        if (posted.secretKey() == null && !posted.accessKey().equals(stored)) {
            throw new ProblemException(400, "accessKey [" + posted.accessKey() + "] is new and needs a secretKey beside it");
        }
    }

    /** Alibaba's SDKs need the MD5 of each file (protocol.md §3): packages of other devices may be without. */
    private void refuseUnknownMd5(String productKey, String dialect) {
        if (!Dialect.ALIBABA.wireName().equals(dialect)) {
            return;
        }
        database.jdbc().sql(sql.get("operator/find-file-without-md5")).param("productKey", productKey)
                .query((row, number) -> "package [" + row.getString("package_id") + "] has a file [" + row.getString("name") + "] without md5")
                .optional().ifPresent(found -> {
                    throw new ProblemException(409, "dialect cannot become [" + dialect + "]: " + found
                            + ", which such devices need; delete the package first");
                });
    }

    private void refuseTakenAccessKey(String productKey, String accessKey) {
        if (accessKey == null) {
            return;
        }
        database.jdbc().sql(sql.get("operator/find-access-key-owner")).param("accessKey", accessKey).query(String.class)
                .optional().filter(owner -> !owner.equals(productKey)).ifPresent(owner -> {
                    throw new ProblemException(409, "accessKey [" + accessKey + "] belongs to product [" + owner + "]");
                });
    }

    public OtaProduct find(@Variable("productKey") String productKey) {
        return database.jdbc().sql(sql.get("operator/find-product")).param("productKey", productKey).query(OtaProduct::of)
                .optional().orElseThrow(() -> new ProblemException(404, "there is no product [" + productKey + "]"));
    }

    /**
     * Products in the order of their keys.
     *
     * @param asked entries in the page; null for the default
     * @param after null for the first page
     */
    public Page<OtaProduct> list(@Variable("limit") Integer asked, @Variable("after") String after) {
        int limit = Page.limit(asked);
        return Page.of(database.jdbc().sql(sql.get("operator/list-products")).param("after", afterKey(after))
                .param("limit", limit + 1).query(OtaProduct::of).list(), limit, OtaProduct::productKey);
    }

    /** Removes a product and its modules, unless it has devices or packages. */
    public void remove(@Variable("productKey") String productKey) {
        database.transaction(() -> {
            database.jdbc().sql(sql.get("operator/lock-product")).param("productKey", productKey).query(String.class)
                    .optional().orElseThrow(() -> new ProblemException(404, "there is no product [" + productKey + "]"));
            refuseIfAny("operator/find-device-of-product", "device", productKey);
            refuseIfAny("operator/find-package-of-product", "package", productKey);
            database.jdbc().sql(sql.get("operator/delete-modules")).param("productKey", productKey).update();
            database.jdbc().sql(sql.get("operator/delete-product")).param("productKey", productKey).update();
        });
    }

    private void refuseIfAny(String statement, String what, String productKey) {
        database.jdbc().sql(sql.get(statement)).param("productKey", productKey).query(String.class).optional()
                .ifPresent(found -> {
                    throw new ProblemException(409, "product [" + productKey + "] still has " + what + "s, " + what
                            + " [" + found + "] among them: delete them first");
                });
    }

    /** Refuses what may not become a key (domain.md, Keys); the contract has let through what only Java can tell. */
    static void checkKey(String field, String key) {
        if (!Keys.isValid(key)) {
            throw new ProblemException(400, field + " must be 1 to " + Keys.MAX_LENGTH
                    + " characters without + # /, white space or NUL, but was [" + key + "]");
        }
    }
}
