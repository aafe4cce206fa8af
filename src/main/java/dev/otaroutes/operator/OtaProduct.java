package dev.otaroutes.operator;

import dev.otaroutes.store.Times;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * A product as the API shows it; its secret is not among it.
 *
 * @param dialect   {@code sagoo} or {@code alibaba}
 * @param accessKey null where its devices have no HTTP access
 * @param createdAt as {@link Times#text} gives it, like every time in the API
 */
public record OtaProduct(String productKey, String name, String dialect, String accessKey, String createdAt, String updatedAt) {

    static OtaProduct of(ResultSet row, int number) throws SQLException {
        return new OtaProduct(row.getString("product_key"), row.getString("name"), row.getString("dialect"),
                row.getString("access_key"), Times.text(row, "created_at"), Times.text(row, "updated_at"));
    }

    /**
     * A product as posted.
     *
     * @param accessKey null: what is stored stays
     * @param secretKey null: what is stored stays
     */
    public record Posted(String name, String dialect, String accessKey, String secretKey) {
    }
}
