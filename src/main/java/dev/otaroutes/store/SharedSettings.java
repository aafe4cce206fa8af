package dev.otaroutes.store;

import java.util.Optional;
import org.springframework.dao.DuplicateKeyException;

/** Values that are made once and are then the same for all instances of one database. */
public final class SharedSettings {
    private final Database database;
    private final Sql sql;

    public SharedSettings(Database database, Sql sql) {
        this.database = database;
        this.sql = sql;
    }

    public Optional<String> find(String name) {
        return database.jdbc().sql(sql.get("setting/find")).param("name", name).query(String.class).optional();
    }

    /** @return the value that all use from now on: the proposal, or that of an instance that was faster */
    public String agree(String name, String proposal) {
        return find(name).orElseGet(() -> {
            try {
                database.transaction(() -> {
                    database.jdbc().sql(sql.get("setting/add")).param("name", name).param("value", proposal).update();
                });
                return proposal;
            } catch (DuplicateKeyException faster) {
                return find(name).orElseThrow();
            }
        });
    }
}
