package dev.otaroutes.operator;

import dev.otaroutes.store.Times;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * A module as the API shows it.
 *
 * @param alias       null for none
 * @param description null for none
 */
public record OtaModule(String productKey, String module, String alias, String description, String createdAt) {

    static OtaModule of(ResultSet row, int number) throws SQLException {
        return new OtaModule(row.getString("product_key"), row.getString("module"), row.getString("alias"),
                row.getString("description"), Times.text(row, "created_at"));
    }

    /** A module as posted. */
    public record Posted(String alias, String description) {
    }
}
