package dev.otaroutes.operator;

import static dev.otaroutes.operator.Page.afterKey;

import dev.otaroutes.http.ProblemException;
import dev.otaroutes.message.Keys;
import dev.otaroutes.store.Database;
import dev.otaroutes.store.Sql;
import dev.otaroutes.store.Times;
import java.time.Clock;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/** The operations on the modules of a product (domain.md). Every refusal is a {@link ProblemException}. */
public final class Modules {
    private final Database database;
    private final Sql sql;
    private final Clock clock;
    private final Products products;

    public Modules(Database database, Sql sql, Clock clock, Products products) {
        this.database = database;
        this.sql = sql;
        this.clock = clock;
        this.products = products;
    }

    /** Makes a module of a product that there is, or changes it. */
    public OtaModule store(@Variable("productKey") String productKey, @Variable("module") String module,
                      @Body OtaModule.Posted posted) {
        Products.checkKey("module", module);
        StorableText.checkLength("alias", posted.alias(), 128);
        StorableText.checkLength("description", posted.description(), 512);
        try {
            return storeOnce(productKey, module, posted);
        } catch (DuplicateKeyException e) {
            // Made by another call or by a device's inform at the same moment: now it is there to be changed.
            return storeOnce(productKey, module, posted);
        }
    }

    private OtaModule storeOnce(String productKey, String module, OtaModule.Posted posted) {
        products.find(productKey);
        return database.transaction(() -> {
            if (write("operator/update-module", productKey, module, posted).update() == 0) {
                write("operator/insert-module", productKey, module, posted)
                        .param("now", Times.toDb(clock.instant())).update();
            }
            return find(productKey, module);
        });
    }

    private StatementSpec write(String statement, String productKey, String module, OtaModule.Posted posted) {
        return database.jdbc().sql(sql.get(statement)).param("productKey", productKey).param("module", module)
                .param("alias", posted.alias()).param("description", posted.description());
    }

    public OtaModule find(@Variable("productKey") String productKey, @Variable("module") String module) {
        return database.jdbc().sql(sql.get("operator/find-module")).param("productKey", productKey).param("module", module)
                .query(OtaModule::of).optional().orElseThrow(() -> new ProblemException(404,
                        "there is no module [" + module + "] of product [" + productKey + "]"));
    }

    /**
     * Modules of a product in the order of their names.
     *
     * @param asked entries in the page; null for the default
     * @param after null for the first page
     */
    public Page<OtaModule> list(@Variable("productKey") String productKey, @Variable("limit") Integer asked,
                             @Variable("after") String after) {
        int limit = Page.limit(asked);
        products.find(productKey);
        return Page.of(database.jdbc().sql(sql.get("operator/list-modules")).param("productKey", productKey)
                .param("after", afterKey(after)).param("limit", limit + 1).query(OtaModule::of).list(), limit, OtaModule::module);
    }

    /** Removes a module, unless a device runs it or there is a package of it; {@code default} always exists. */
    public void remove(@Variable("productKey") String productKey, @Variable("module") String module) {
        database.transaction(() -> {
            // A package is made under the same lock: none may be made of a module that is just going.
            database.jdbc().sql(sql.get("operator/lock-product")).param("productKey", productKey).query(String.class).optional();
            find(productKey, module);
            if (Keys.DEFAULT_MODULE.equals(module)) {
                throw new ProblemException(409, "module [" + module + "] always exists and cannot be deleted");
            }
            refuseIfAny("operator/find-device-of-module", "device", productKey, module);
            refuseIfAny("operator/find-package-of-module", "package", productKey, module);
            database.jdbc().sql(sql.get("operator/delete-module")).param("productKey", productKey)
                    .param("module", module).update();
        });
    }

    private void refuseIfAny(String statement, String what, String productKey, String module) {
        database.jdbc().sql(sql.get(statement)).param("productKey", productKey).param("module", module)
                .query(String.class).optional().ifPresent(found -> {
                    throw new ProblemException(409, "module [" + module + "] of product [" + productKey + "] is that of "
                            + what + " [" + found + "]: delete it first");
                });
    }
}
