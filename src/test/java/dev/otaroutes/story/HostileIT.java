package dev.otaroutes.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.otaroutes.support.Fleet;
import dev.otaroutes.support.OperatorApi;
import dev.otaroutes.support.OtaProcess;
import dev.otaroutes.support.Site;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What no device and no operator should send: recorded or refused with the reason, and the next good message is handled. */
@DisplayName("hostile input")
class HostileIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @ParameterizedTest(name = "on {0}")
    @EnumSource(Site.Kind.class)
    void isRecordedOrRefused(Site.Kind kind) throws Exception {
        Map<String, String> reasons = new LinkedHashMap<>();
        reasons.put("not json", "not-json");
        reasons.put("[".repeat(20_000), "not-json");
        reasons.put("[1,2]", "not-an-object");
        reasons.put("{\"id\":\"1\"}", "no-version");
        reasons.put("{\"params\":{\"version\":{\"a\":1}}}", "bad-version");
        reasons.put("{\"params\":{\"version\":\"1.0.0\",\"module\":\"a/b\"}}", "bad-key");
        reasons.put("x".repeat(200 * 1024), "too-large");
        try (Site site = new Site(kind)) {
            site.ota().start().awaitReady();
            OperatorApi api = site.api();
            api.put("/products/lamp", "{\"name\":\"lamp\",\"dialect\":\"sagoo\"}");
            try (Fleet fleet = new Fleet(site.brokerUrl(), "lamp"); Fleet strangers = new Fleet(site.brokerUrl(), "nobody")) {
                for (String payload : reasons.keySet()) {
                    fleet.send("inform", "d1", payload).get(10, TimeUnit.SECONDS);
                }
                fleet.send("progress", "d1", "{\"params\":{\"step\":\"0\"}}").get(10, TimeUnit.SECONDS);
                strangers.inform("d1", "1.0.0").get(10, TimeUnit.SECONDS);
                fleet.send("inform", "d1", "{\"params\":{\"version\":\"1.\\u00000.0\"}}").get(10, TimeUnit.SECONDS);
                fleet.inform("d1", "1.0.0").get(10, TimeUnit.SECONDS);
                await().atMost(PATIENCE).ignoreExceptionsInstanceOf(IllegalStateException.class)
                        .untilAsserted(() -> assertThat(api.get("/devices/lamp/d1").get("modules").get(0).get("version").asText())
                        .as("the good message after all the bad ones is handled").isEqualTo("1.0.0"));
            }
            await().atMost(PATIENCE).untilAsserted(() -> {
                List<JsonNode> rejected = api.list("/rejected-messages");
                assertThat(rejected.stream().map(message -> message.get("reason").asText()).toList())
                        .containsExactlyInAnyOrder("not-json", "not-json", "not-an-object", "no-version", "bad-version", "bad-version", "bad-key", "too-large",
                                "bad-step", "unknown-product");
                assertThat(rejected).allSatisfy(message -> assertThat(message.get("topic").asText()).startsWith("/ota/device/"));
            });

            refused(api.send("PUT", "/products/a%2Bb", "{\"name\":\"x\",\"dialect\":\"sagoo\"}"), 400, "a+b");
            refused(api.send("PUT", "/products/a%23b", "{\"name\":\"x\",\"dialect\":\"sagoo\"}"), 400, "a#b");
            refused(api.send("PUT", "/products/lamp", "{\"name\":\"x\",\"dialect\":\"klingon\"}"), 400, "klingon");
            refused(api.send("PUT", "/products/lamp", "{\"name\":"), 400, "JSON");
            refused(api.send("POST", "/packages", "{\"productKey\":\"lamp\",\"version\":\"2.0.0\",\"colour\":\"red\"}"), 400, "colour");
            refused(api.send("POST", "/packages", "{\"name\":\"" + "x".repeat(1_200_000) + "\"}"), 413, "");
            assertThat(site.ota().log()).doesNotContain("\tat ");
        }
    }

    @ParameterizedTest(name = "on {0}")
    @EnumSource(Site.Kind.class)
    @DisplayName("a packet that is malformed where only its reader would see it holds up nobody")
    void malformedPacketsHoldUpNobody(Site.Kind kind) throws Exception {
        List<byte[]> properties = List.of(property(8, "a/#"), property(8, ""), property(8, "a\0b"), property(3, "text\0"));
        try (Site site = new Site(kind)) {
            site.ota().start().awaitReady();
            OperatorApi api = site.api();
            api.put("/products/lamp", "{\"name\":\"lamp\",\"dialect\":\"sagoo\"}");
            byte[] inform = "{\"params\":{\"version\":\"0.9\"}}".getBytes(StandardCharsets.UTF_8);
            for (byte[] each : properties) {
                publishRaw(URI.create(site.brokerUrl()), "/ota/device/inform/lamp/evil", each, inform);
            }
            publishRaw(URI.create(site.brokerUrl()), "/ota/device/inform/lamp/ev\0il", new byte[0], inform);
            leaveWill(URI.create(site.brokerUrl()), "/ota/device/inform/lamp/heir", properties.get(0), inform);
            publishRaw(URI.create(site.brokerUrl()), "/ota/device/inform/lamp/binary", new byte[] {1, 1}, new byte[] {(byte) 0xff, (byte) 0xfe});

            try (Fleet fleet = new Fleet(site.brokerUrl(), "lamp")) {
                fleet.inform("good", "1.0.0").get(10, TimeUnit.SECONDS);
                await().atMost(PATIENCE).until(() -> api.send("GET", "/devices/lamp/good", null).body().contains("\"version\":\"1.0.0\""));
            }
            assertThat(api.list("/rejected-messages")).extracting(message -> message.get("topic").asText() + " " + message.get("reason").asText())
                    .as("it says that it is text").containsExactly("/ota/device/inform/lamp/binary not-json");
            if (kind == Site.Kind.EMBEDDED) {
                assertThat(site.ota().log()).contains("connection of client ID [evil] is ended: it sent a Response Topic that is none, [a/#]",
                        "connection of client ID [evil] is ended: it sent a topic with NUL",
                        "connection of client ID [dying] is ended: it sent a Response Topic that is none, [a/#]");
            } else {
                assertThat(api.send("GET", "/devices/lamp/evil", null).body()).as("Mosquitto takes it").contains("\"version\":\"0.9\"");
            }
            assertThat(site.ota().log()).doesNotContain("not connected").doesNotContain("\tat ");
        }
    }

    /** By hand: no client library would send it. Returns when the broker has answered or has ended the connection. */
    private static void publishRaw(URI broker, String topic, byte[] properties, byte[] payload) throws IOException {
        byte[] connect = packet(0x10, text("MQTT"), new byte[] {5, 2, 0, 60, 0}, text("evil"));
        byte[] publish = packet(0x32, text(topic), new byte[] {0, 1, (byte) properties.length}, properties, payload);
        try (Socket socket = new Socket(broker.getHost(), broker.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(connect);
            assertThat(socket.getInputStream().read()).as("CONNACK").isEqualTo(0x20);
            int length = socket.getInputStream().read();
            assertThat(socket.getInputStream().readNBytes(length)[1]).as("reason code").isZero();
            socket.getOutputStream().write(publish);
            socket.getInputStream().read();
        } catch (SocketException e) {
            assertThat(e).hasMessageContaining("reset");
        }
    }

    /** Connects with a Will, and goes without a goodbye. */
    private static void leaveWill(URI broker, String topic, byte[] properties, byte[] payload) throws IOException {
        byte[] connect = packet(0x10, text("MQTT"), new byte[] {5, 0b0000_1110, 0, 60, 0}, text("dying"),
                new byte[] {(byte) properties.length}, properties, text(topic), text(new String(payload, StandardCharsets.UTF_8)));
        try (Socket socket = new Socket(broker.getHost(), broker.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(connect);
            socket.getInputStream().read();
        } catch (SocketException e) {
            assertThat(e).hasMessageContaining("reset");
        }
    }

    private static byte[] property(int identifier, String value) throws IOException {
        return joined(new byte[] {(byte) identifier}, text(value));
    }

    private static byte[] packet(int type, byte[]... parts) throws IOException {
        byte[] body = joined(parts);
        return joined(new byte[] {(byte) type, (byte) body.length}, body);
    }

    private static byte[] text(String value) throws IOException {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        return joined(new byte[] {0, (byte) bytes.length}, bytes);
    }

    private static byte[] joined(byte[]... parts) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.write(part);
        }
        return all.toByteArray();
    }

    @Test
    @DisplayName("a large upload that asks for HTTP/2 goes through as HTTP/1.1, in the same memory")
    void anUpgradeToHttp2IsNotTakenUp() throws Exception {
        int megabytes = 400;
        try (OtaProcess ota = new OtaProcess("http2", 96).with("ota.demo.enabled", "false").start().awaitReady()) {
            OperatorApi api = new OperatorApi(ota.httpUrl());
            api.put("/products/lamp", "{\"name\":\"lamp\",\"dialect\":\"sagoo\"}");
            String id = api.post("/packages", "{\"productKey\":\"lamp\",\"version\":\"2.0.0\"}").get("id").asText();
            byte[] megabyte = new byte[1_000_000];
            HttpResponse<String> uploaded = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build().sendAsync(
                    HttpRequest.newBuilder(URI.create(ota.httpUrl() + "/api/v1/packages/" + id + "/files/firmware.bin"))
                            .PUT(HttpRequest.BodyPublishers.ofByteArrays(Collections.nCopies(megabytes, megabyte))).build(),
                    HttpResponse.BodyHandlers.ofString()).get(2, TimeUnit.MINUTES);

            assertThat(uploaded.statusCode()).as(uploaded.body()).isEqualTo(200);
            assertThat(uploaded.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
            assertThat(uploaded.body()).contains("\"size\":" + megabytes + "000000");
            assertThat(ota.log()).doesNotContain("OutOfMemoryError");
        }
    }

    private static void refused(HttpResponse<String> response, int status, String named) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("application/problem+json");
        assertThat(response.body()).contains(named);
    }
}
