package dev.otaroutes.message;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * The upgrade that a device is sent (protocol.md §3).
 *
 * @param id      unique for each push, the same when one push is repeated
 * @param dialect the product's
 * @param batchId what devices know as {@code strategy}
 * @param tags    the batch's; {@code strategy} and {@code _package_udi} are not theirs to set
 * @param url     where the device downloads the file; null if it does over MQTT
 * @param streamId by which the device asks for blocks over MQTT (protocol.md §6); null if it downloads from a URL
 */
public record UpgradeMessage(long id, Dialect dialect, UpgradePackage upgrade, long batchId, Map<String, String> tags, String url,
                             Long streamId) {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int REPLY_OK = 200;
    private static final String STRATEGY = "strategy";
    private static final String CUSTOM_INFO = "_package_udi";

    /** An upgrade that is downloaded from a URL. */
    public UpgradeMessage(long id, Dialect dialect, UpgradePackage upgrade, long batchId, Map<String, String> tags, String url) {
        this(id, dialect, upgrade, batchId, tags, url, null);
    }

    private interface Part {
        void write(JsonGenerator json) throws IOException;
    }

    /** The payload of the publish: JSON in UTF-8. */
    public byte[] toJson() {
        return object(json -> {
            json.writeStringField("code", dialect.successCode());
            json.writeNumberField("id", id);
            json.writeStringField("message", "success");
            json.writeObjectFieldStart("data");
            writeData(json);
            json.writeEndObject();
        });
    }

    /**
     * The same as the answer to a request (protocol.md §5).
     *
     * @param requestId null for none
     */
    public byte[] toReply(String requestId) {
        return reply(requestId, this::writeData);
    }

    /** The answer to a device for which there is nothing to install. @param requestId null for none */
    public static byte[] emptyReply(String requestId) {
        return reply(requestId, json -> { });
    }

    /** The same as the answer of the device HTTP API (protocol.md §7). */
    public byte[] toInfo() {
        return object(json -> {
            writeInfo(json);
            json.writeObjectFieldStart("data");
            writeData(json);
            json.writeEndObject();
        });
    }

    /** The answer of the device HTTP API where there is nothing to install. */
    public static byte[] emptyInfo() {
        return object(json -> {
            writeInfo(json);
            json.writeNullField("data");
        });
    }

    private static void writeInfo(JsonGenerator json) throws IOException {
        json.writeNumberField("code", 0);
        json.writeStringField("message", "");
    }

    private static byte[] reply(String requestId, Part data) {
        return object(json -> {
            if (requestId != null) {
                json.writeStringField("id", requestId);
            }
            json.writeNumberField("code", REPLY_OK);
            json.writeObjectFieldStart("data");
            data.write(json);
            json.writeEndObject();
        });
    }

    private static byte[] object(Part content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            content.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to memory", e);
        }
        return bytes.toByteArray();
    }

    private void writeData(JsonGenerator json) throws IOException {
        json.writeNumberField("size", upgrade.size());
        json.writeStringField("version", upgrade.version());
        if (streamId == null) {
            json.writeStringField("url", url);
        } else {
            json.writeStringField("dProtocol", "mqtt");
            json.writeNumberField("streamId", streamId);
            json.writeNumberField("streamFileId", BlockRequest.ONLY_FILE);
        }
        json.writeStringField("sign", upgrade.sign());
        json.writeStringField("signMethod", upgrade.signMethod().name());
        if (!upgrade.module().equals(Keys.DEFAULT_MODULE)) {
            json.writeStringField("module", upgrade.module());
        }
        if (dialect == Dialect.ALIBABA) {
            writeAlibaba(json);
        }
        writeExtData(json);
    }

    private void writeAlibaba(JsonGenerator json) throws IOException {
        if (upgrade.differential()) {
            json.writeNumberField("isDiff", 1);
        }
        if (upgrade.md5() != null) {
            json.writeStringField("md5", upgrade.md5());
        }
        if (upgrade.digestSign() != null) {
            json.writeStringField("digestsign", upgrade.digestSign());
        }
    }

    private void writeExtData(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("extData");
        for (Map.Entry<String, String> tag : tags.entrySet()) {
            if (!tag.getKey().equals(STRATEGY) && !tag.getKey().equals(CUSTOM_INFO)) {
                json.writeStringField(tag.getKey(), tag.getValue());
            }
        }
        json.writeStringField(STRATEGY, Long.toString(batchId));
        if (upgrade.customInfo() != null) {
            json.writeStringField(CUSTOM_INFO, upgrade.customInfo());
        }
        json.writeEndObject();
    }
}
