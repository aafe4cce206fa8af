package dev.otaroutes.device;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.otaroutes.store.Database;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * One folder of {@code cases/<route>/<what-happens>/}. The device's key is the folder's name; {@code product.txt} names
 * its product if that is not {@code lamp}.
 * <pre>
 * before.sql                  what is known before, {device} standing for the device's path
 * inform.json, progress.json  what the device sends, byte by byte
 * get.json, block.json        what the device asks
 * online.json                 what the platform or the broker says when the device comes online
 * upgrade.json, reply.json    what the device is sent; absent: nothing
 * reply.txt                   the block that the device is sent: header, block in hexadecimal, CRC as it is sent; absent: nothing
 * rejected.txt                reason and detail, a line each, under which the message is kept; absent: it is not
 * events.txt                  types of the events that came of it, in order; absent: none
 * task.json                   the device's task afterwards; absent: none
 * </pre>
 */
record DeviceCase(Path folder) {
    static final Path CASES = Path.of("src/test/resources/cases");
    private static final ObjectMapper JSON = new ObjectMapper();

    static Stream<String> names(String route) throws IOException {
        try (Stream<Path> folders = Files.list(CASES.resolve(route))) {
            return folders.map(folder -> folder.getFileName().toString()).sorted().toList().stream();
        }
    }

    String device() throws IOException {
        return text("product.txt", "lamp") + "/" + folder.getFileName();
    }

    String topic(String kind) throws IOException {
        return switch (kind) {
            case "get" -> "/sys/" + device() + "/thing/ota/firmware/get";
            case "block" -> "/sys/" + device() + "/thing/file/download";
            default -> "/ota/device/" + kind + "/" + device();
        };
    }

    byte[] payload(String kind) throws IOException {
        return Files.readAllBytes(folder.resolve(kind + ".json"));
    }

    void prepare(Database database) throws IOException {
        for (String statement : text("before.sql", "").split(";\\R?")) {
            if (!statement.isBlank()) {
                database.jdbc().sql(statement.replace("{device}", device()).replace("{key}", folder.getFileName().toString())).update();
            }
        }
    }

    /** @param file {@code upgrade.json} or {@code reply.json} */
    void assertSent(String file, List<String> messages) throws IOException {
        if (Files.exists(folder.resolve(file))) {
            assertThat(messages).hasSize(1);
            assertThat(JSON.readTree(messages.get(0))).isEqualTo(JSON.readTree(folder.resolve(file).toFile()));
        } else {
            assertThat(messages).isEmpty();
        }
    }

    void assertSentBlock(List<byte[]> payloads) throws IOException {
        assertThat(payloads.stream().map(DeviceCase::readable).toList())
                .isEqualTo(Files.exists(folder.resolve("reply.txt")) ? List.of(text("reply.txt", "")) : List.of());
    }

    private static String readable(byte[] payload) {
        int end = 2 + Byte.toUnsignedInt(payload[0]) * 256 + Byte.toUnsignedInt(payload[1]);
        String header = new String(payload, 2, end - 2, StandardCharsets.UTF_8);
        HexFormat hex = HexFormat.ofDelimiter(" ");
        return end == payload.length ? header : header + "\n" + hex.formatHex(payload, end, payload.length - 2)
                + "\n" + hex.formatHex(payload, payload.length - 2, payload.length);
    }

    void assertRejected(Database database) throws IOException {
        List<String> kept = database.jdbc().sql("SELECT reason, detail FROM ota_rejected_message WHERE device = :device ORDER BY id")
                .param("device", device()).query((row, number) -> row.getString("reason") + "\n" + row.getString("detail")).list();
        assertThat(String.join("\n", kept)).isEqualTo(text("rejected.txt", ""));
    }

    void assertEvents(Database database) throws IOException {
        List<String> types = database.jdbc().sql("SELECT type FROM ota_event WHERE device_key = :key ORDER BY sequence")
                .param("key", folder.getFileName().toString()).query(String.class).list();
        assertThat(String.join("\n", types)).isEqualTo(text("events.txt", ""));
    }

    void assertTask(Database database) throws IOException {
        List<Map<String, Object>> tasks = database.jdbc()
                .sql("SELECT status, step, reason, device_desc, pushes FROM ota_task WHERE device = :device")
                .param("device", device()).query().listOfRows();
        if (!Files.exists(folder.resolve("task.json"))) {
            assertThat(tasks).isEmpty();
            return;
        }
        assertThat(tasks).hasSize(1);
        JsonNode task = JSON.valueToTree(tasks.get(0));
        JSON.readTree(folder.resolve("task.json").toFile()).properties()
                .forEach(expected -> assertThat(task.get(expected.getKey())).as(expected.getKey()).isEqualTo(expected.getValue()));
    }

    private String text(String file, String absent) throws IOException {
        Path path = folder.resolve(file);
        return Files.exists(path) ? Files.readString(path).strip() : absent;
    }
}
