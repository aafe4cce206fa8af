package dev.otaroutes.device;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.otaroutes.message.Dialect;
import dev.otaroutes.message.SignMethod;
import dev.otaroutes.message.UpgradeFile;
import dev.otaroutes.message.UpgradePackage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes an {@link Upgrade} of the rows of {@code sql/upgrade/find.sql}, one a file; the column names there are the contract. */
final class UpgradeReader {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<LinkedHashMap<String, String>> TAGS = new TypeReference<>() { };

    private final long batchId;
    private final Map<String, Object> row;

    private UpgradeReader(long batchId, Map<String, Object> row) {
        this.batchId = batchId;
        this.row = row;
    }

    /**
     * @param rows at least one
     * @throws IllegalStateException if a column is absent, or empty where it may not be
     */
    static Upgrade read(long batchId, List<Map<String, Object>> rows) {
        return new UpgradeReader(batchId, rows.get(0))
                .read(rows.stream().map(row -> new UpgradeReader(batchId, row).file()).toList());
    }

    private Upgrade read(List<UpgradeFile> files) {
        UpgradePackage contents = new UpgradePackage(text("version"), text("module"), text("type").equals("diff"), files,
                SignMethod.valueOf(text("sign_method")), textOrNull("custom_info"), textOrNull("digest_sign"));
        return new Upgrade(batchId, Dialect.ofWireName(text("dialect")), number("package_id"), contents, tags(),
                text("protocol").equals("mqtt"));
    }

    private UpgradeFile file() {
        return new UpgradeFile(text("file_name"), number("size_bytes"), textOrNull("md5"), textOrNull("sha256"), textOrNull("url"));
    }

    private Map<String, String> tags() {
        try {
            return JSON.readValue(text("tags"), TAGS);
        } catch (JsonProcessingException e) {
            // Without its cause: broken JSON of ours must not pass for broken JSON of a device (errors.camel.yaml).
            throw new IllegalStateException("batch [" + batchId + "] has tags that are not a JSON object of texts: ["
                    + text("tags") + "]");
        }
    }

    private String textOrNull(String column) {
        if (!row.containsKey(column)) {
            throw new IllegalStateException("upgrade/find.sql must return a column [" + column + "], but returned " + row.keySet());
        }
        Object value = row.get(column);
        return value == null ? null : value.toString();
    }

    private String text(String column) {
        String text = textOrNull(column);
        if (text == null) {
            throw new IllegalStateException("batch [" + batchId + "] has no [" + column + "] in upgrade/find.sql");
        }
        return text;
    }

    private long number(String column) {
        return Long.parseLong(text(column));
    }
}
