package dev.otaroutes.operator;

import com.fasterxml.jackson.databind.JsonNode;
import dev.otaroutes.store.Times;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * A package as the API shows it.
 *
 * @param id         decimal
 * @param name       null for none, like description, platform, customInfo and digestSign
 * @param sourceVersions that a differential package patches; null for a full one
 * @param customInfo a JSON object
 * @param verificationPercent of the newest verify batch that has succeeded; null where there is none
 * @param files      empty until the file is uploaded
 */
public record OtaPackage(String id, String productKey, String module, String version, String type, String name,
                         String description, String signMethod, String platform, List<String> sourceVersions,
                         JsonNode customInfo, String digestSign, String status, Double verificationPercent, List<File> files, String createdAt) {

    static OtaPackage of(ResultSet row, int number) throws SQLException {
        return new OtaPackage(row.getString("id"), row.getString("product_key"), row.getString("module"),
                row.getString("version"), row.getString("type"), row.getString("name"), row.getString("description"),
                row.getString("sign_method"), row.getString("platform"), null, OperatorJson.read(row.getString("custom_info")),
                row.getString("digest_sign"), row.getString("status"), null, List.of(), Times.text(row, "created_at"));
    }

    OtaPackage with(List<File> stored, List<String> sources, Double verification) {
        return new OtaPackage(id, productKey, module, version, type, name, description, signMethod, platform, sources, customInfo,
                digestSign, status, verification, stored, createdAt);
    }

    /**
     * A file of a package.
     *
     * @param url    null when it is kept here
     * @param size   bytes
     * @param md5    lower-case hex; null if unknown
     * @param sha256 lower-case hex; null if unknown
     * @param verifiedAt when all its bytes were read elsewhere and found to be those declared; null before, and for one that is kept here
     * @param fault  what was wrong when it was last looked at elsewhere, while a batch was under way; null for nothing
     */
    public record File(String name, String url, long size, String md5, String sha256, String verifiedAt, String fault) {

        static File of(ResultSet row, int number) throws SQLException {
            return new File(row.getString("name"), row.getString("url"), row.getLong("size_bytes"), row.getString("md5"),
                    row.getString("sha256"), Times.text(row, "verified_at"), row.getString("fault"));
        }
    }

    /** A package as posted: null where nothing was. */
    public record Posted(String productKey, String module, String version, String type, String name, String description,
                         String signMethod, String platform, List<String> sourceVersions, JsonNode customInfo, String digestSign,
                         Boolean needsVerification, List<File> files) {
    }
}
