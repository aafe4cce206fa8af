package dev.otaroutes.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.function.LongConsumer;

/** How a device gets the firmware that it is told to install. */
interface Download {
    /**
     * @param data    of the upgrade (protocol.md §3)
     * @param percent hears how much has come, 100 last; what comes next waits for what it returns
     * @param lost    the connection is lost once, half way: hears the bytes received until then; null: it is not
     * @return the digest of all that came, lower-case hex, of the kind that the upgrade says; fails if it cannot be had
     */
    CompletableFuture<String> fetch(JsonNode data, IntFunction<CompletableFuture<Void>> percent, LongConsumer lost);

    /**
     * Downloads nothing, and says that it did.
     *
     * @param every percent between two reports
     */
    static Download none(int every) {
        return (data, percent, lost) -> {
            CompletableFuture<Void> steps = CompletableFuture.completedFuture(null);
            for (int step = every; step < 100; step += every) {
                int now = step;
                steps = steps.thenCompose(before -> percent.apply(now));
            }
            return steps.thenCompose(before -> percent.apply(100)).thenApply(done -> expected(data));
        };
    }

    /**
     * As the upgrade says: one file or several, each after the other, from a URL or over MQTT.
     *
     * @param http from a URL
     * @param mqtt over MQTT
     */
    static Download asTold(Download http, Download mqtt) {
        return (data, percent, lost) -> {
            List<JsonNode> files = files(data);
            Download how = data.path("dProtocol").asText().equals("mqtt") ? mqtt : http;
            CompletableFuture<List<String>> all = CompletableFuture.completedFuture(new ArrayList<>());
            for (int i = 0; i < files.size(); i++) {
                int number = i;
                all = all.thenCompose(digests -> how.fetch(files.get(number), of -> percent.apply((number * 100 + of) / files.size()), number == 0 ? lost : null)
                        .thenApply(digest -> {
                            digests.add(digest);
                            return digests;
                        }));
            }
            return all.thenApply(digests -> String.join(" ", digests));
        };
    }

    /** @return what {@link #fetch} returns if all that came is as the upgrade says */
    static String expected(JsonNode data) {
        return String.join(" ", files(data).stream().map(file -> file.path("sign").asText()).toList());
    }

    /** @return its one file or several, each as a single one is described */
    private static List<JsonNode> files(JsonNode data) {
        if (!data.has("files")) {
            return List.of(data);
        }
        List<JsonNode> files = new ArrayList<>();
        data.get("files").forEach(file -> {
            ObjectNode one = new ObjectMapper().createObjectNode();
            one.set("size", file.path("fileSize"));
            one.set("url", file.path("fileUrl"));
            one.set("sign", file.path("fileSign"));
            // Which dialect says it where: protocol.md §3.
            one.set("signMethod", file.has("signMethod") ? file.get("signMethod") : data.path("signMethod"));
            files.add(one);
        });
        return files;
    }

    /** @throws IOException if the device cannot check it */
    static MessageDigest digest(JsonNode data) throws IOException {
        String signMethod = data.path("signMethod").asText();
        try {
            return MessageDigest.getInstance(signMethod.equalsIgnoreCase("MD5") ? "MD5" : "SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IOException("this device cannot check " + signMethod, e);
        }
    }
}
