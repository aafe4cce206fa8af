package dev.otaroutes.message;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/**
 * The upgrade that a device is sent (protocol.md §3).
 *
 * @param id      unique for each push, the same when one push is repeated
 * @param dialect the product's
 * @param batchId what devices know as {@code strategy}
 * @param tags    the batch's; {@code strategy} and {@code _package_udi} are not theirs to set
 * @param urls    where the device downloads the files, in their order; null if it does over MQTT
 * @param streamId by which the device asks for blocks of the one file over MQTT (protocol.md §6); null if it downloads from URLs
 */
public record UpgradeMessage(long id, Dialect dialect, UpgradePackage upgrade, long batchId, Map<String, String> tags, List<String> urls,
                             Long streamId) {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int REPLY_OK = 200;
    private static final String STRATEGY = "strategy";
    private static final String CUSTOM_INFO = "_package_udi";

    /** An upgrade that is downloaded from URLs. */
    public UpgradeMessage(long id, Dialect dialect, UpgradePackage upgrade, long batchId, Map<String, String> tags, List<String> urls) {
        this(id, dialect, upgrade, batchId, tags, urls, null);
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

    /** The same as the answer to a request (protocol.md §5). */
    public byte[] toReply(FirmwareGet request) {
        return reply(request, this::writeData);
    }

    /** The answer to a device for which there is nothing to install. */
    public static byte[] emptyReply(FirmwareGet request) {
        return reply(request, json -> { });
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

    private static byte[] reply(FirmwareGet request, Part data) {
        return object(json -> {
            if (request.id() != null && request.numericId()) {
                json.writeFieldName("id");
                json.writeNumber(request.id());
            } else if (request.id() != null) {
                json.writeStringField("id", request.id());
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
        boolean several = upgrade.files().size() > 1;
        if (several) {
            json.writeStringField("version", upgrade.version());
        } else {
            writeTheFile(json, upgrade.files().get(0));
        }
        if (!upgrade.module().equals(Keys.DEFAULT_MODULE)) {
            json.writeStringField("module", upgrade.module());
        }
        if (dialect == Dialect.ALIBABA) {
            writeAlibaba(json, several);
        }
        if (several) {
            writeFiles(json);
        }
        // Last: Alibaba's C SDK takes the first field of a name that it finds, also inside of another.
        writeExtData(json);
    }

    private void writeTheFile(JsonGenerator json, UpgradeFile file) throws IOException {
        json.writeNumberField("size", file.size());
        json.writeStringField("version", upgrade.version());
        if (streamId == null) {
            json.writeStringField("url", urls.get(0));
        } else {
            json.writeStringField("dProtocol", "mqtt");
            json.writeNumberField("streamId", streamId);
            json.writeNumberField("streamFileId", BlockRequest.ONLY_FILE);
        }
        json.writeStringField("sign", file.digest(upgrade.signMethod()));
        json.writeStringField("signMethod", dialect.wireName(upgrade.signMethod()));
    }

    private void writeFiles(JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("files");
        for (int i = 0; i < upgrade.files().size(); i++) {
            UpgradeFile file = upgrade.files().get(i);
            json.writeStartObject();
            json.writeStringField("fileName", file.name());
            json.writeNumberField("fileSize", file.size());
            json.writeStringField("fileUrl", urls.get(i));
            if (file.md5() != null) {
                json.writeStringField("fileMd5", file.md5());
            }
            json.writeStringField("fileSign", file.digest(upgrade.signMethod()));
            if (dialect != Dialect.ALIBABA) {
                json.writeStringField("signMethod", dialect.wireName(upgrade.signMethod()));
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void writeAlibaba(JsonGenerator json, boolean several) throws IOException {
        if (upgrade.differential()) {
            json.writeNumberField("isDiff", 1);
        }
        if (several) {
            // Its C SDK ignores a message without it, however many files there are, and reads none inside of them.
            json.writeStringField("signMethod", dialect.wireName(upgrade.signMethod()));
        } else if (upgrade.files().get(0).md5() != null) {
            json.writeStringField("md5", upgrade.files().get(0).md5());
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
