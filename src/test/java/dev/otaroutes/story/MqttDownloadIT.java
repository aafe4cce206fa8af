package dev.otaroutes.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import dev.otaroutes.simulator.BlockDownload;
import dev.otaroutes.support.Mosquitto;
import dev.otaroutes.support.OperatorApi;
import dev.otaroutes.support.OtaProcess;
import dev.otaroutes.support.Site;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Devices that load their package over MQTT, from outside: upgrade, blocks, digest, inform. */
@DisplayName("download over MQTT")
class MqttDownloadIT {
    private static final int SIZE = 16 * 1024 * 1024;
    private static final int HEAP_MEGABYTES = 128;
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final ObjectMapper JSON = new ObjectMapper();
    /** From what Alibaba's C SDK asks for by default to Alibaba's longest, one that lies across the chunks that are read among them. */
    private static final List<Integer> BLOCKS = List.of(5_120, 16_384, 50_000, 65_536, 131_072, 131_072);

    @ParameterizedTest(name = "of 16 MB by six devices at once with a heap of 128 MB, on {0}")
    @EnumSource(Site.Kind.class)
    void severalDevicesAtOnce(Site.Kind kind) throws Exception {
        try (Site site = new Site(kind, HEAP_MEGABYTES)) {
            site.ota().start().awaitReady();
            OperatorApi api = site.api();
            List<Device> devices = new ArrayList<>();
            String packageId = api.packageOf("lamp", "2.0.0", firmware());
            for (int block : BLOCKS) {
                devices.add(new Device(site.brokerUrl(), "d" + devices.size(), block));
            }
            String batch = batchOverMqtt(api, packageId);

            for (Device device : devices) {
                device.inform("1.0.0");
            }
            List<CompletableFuture<String>> digests = devices.stream().map(Device::download).toList();

            for (int i = 0; i < digests.size(); i++) {
                assertThat(digests.get(i).get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as("device with blocks of %d bytes", BLOCKS.get(i))
                        .isEqualTo(devices.get(i).upgrade().get("sign").asText());
                devices.get(i).inform("2.0.0");
            }
            await().atMost(PATIENCE).until(() -> api.get("/batches/" + batch).get("counts").get("succeeded").asInt() == BLOCKS.size());
            assertThat(api.list("/rejected-messages")).isEmpty();
            assertThat(site.ota().log()).doesNotContain("OutOfMemoryError").doesNotContain("WARN");
            devices.forEach(Device::close);
        }
    }

    @Test
    @DisplayName("goes on when the broker is restarted in its middle")
    void brokerRestarted() throws Exception {
        try (Site site = new Site(Site.Kind.MOSQUITTO_POSTGRES, HEAP_MEGABYTES)) {
            site.ota().start().awaitReady();
            assertGoesOn(site, () -> {
                site.mosquitto().terminate();
                site.mosquitto().start();
            });
        }
    }

    @Test
    @DisplayName("goes on when the service is killed in its middle, and the embedded broker with it")
    void serviceKilled() throws Exception {
        try (Site site = new Site(Site.Kind.EMBEDDED, HEAP_MEGABYTES)) {
            site.ota().start().awaitReady();
            assertGoesOn(site, () -> {
                site.ota().kill();
                site.ota().start();
            });
        }
    }

    private static void assertGoesOn(Site site, Runnable mishap) throws Exception {
        Device device = new Device(site.brokerUrl(), "kitchen", 4_096);
        batchOverMqtt(site.api(), site.api().packageOf("lamp", "2.0.0", firmware()));
        device.inform("1.0.0");
        CompletableFuture<String> digest = device.download();
        await().atMost(PATIENCE).until(() -> device.received() > SIZE / 8);

        mishap.run();

        assertThat(digest).as("it was in its middle").isNotDone();
        assertThat(digest.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(device.upgrade().get("sign").asText());
        device.close();
    }

    @Test
    @DisplayName("has blocks that are no longer than the broker's Maximum Packet Size allows")
    void smallPackets() throws Exception {
        try (Mosquitto broker = new Mosquitto("max_packet_size 20000"); OtaProcess ota = new OtaProcess("small-packets", HEAP_MEGABYTES)) {
            broker.start();
            ota.with("ota.mqtt.url", broker.url()).start().awaitReady();
            OperatorApi api = new OperatorApi(ota.httpUrl());
            Device device = new Device(broker.url(), "kitchen", 131_072);
            batchOverMqtt(api, api.packageOf("lamp", "2.0.0", firmware()));
            device.inform("1.0.0");

            assertThat(device.download().get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(device.upgrade().get("sign").asText());
            assertThat(device.longestReply()).isBetween(19_800, 20_000);
            device.close();
        }
    }

    @Test
    @DisplayName("takes no more memory for 2,000 blocks of 128 KiB that are asked for at once")
    void manyBlocksAtOnce() throws Exception {
        int blocks = 2_000;
        try (Site site = new Site(Site.Kind.MOSQUITTO_POSTGRES, HEAP_MEGABYTES)) {
            site.ota().start().awaitReady();
            Device device = new Device(site.brokerUrl(), "kitchen", 131_072);
            batchOverMqtt(site.api(), site.api().packageOf("lamp", "2.0.0", firmware()));
            device.inform("1.0.0");
            JsonNode upgrade = device.upgrade();

            for (int i = 0; i < blocks; i++) {
                device.ask(upgrade, i * 131_072L % SIZE);
            }

            await().atMost(PATIENCE).until(() -> device.replies() >= blocks);
            assertThat(device.longestReply()).isGreaterThan(131_072);
            assertThat(site.ota().status("/observe/health/ready")).isEqualTo(200);
            assertThat(site.ota().log()).doesNotContain("OutOfMemoryError");
            device.close();
        }
    }

    private static String batchOverMqtt(OperatorApi api, String packageId) {
        return api.post("/packages/" + packageId + "/batches", "{\"select\":{\"all\":true},\"dynamic\":true,\"protocol\":\"mqtt\"}").get("id").asText();
    }

    private static byte[] firmware() {
        byte[] bytes = new byte[SIZE];
        new Random(SIZE).nextBytes(bytes);
        return bytes;
    }

    /** With a connection of its own, which it makes again when it is lost. */
    private static final class Device implements AutoCloseable {
        private static final Duration REPLY_PATIENCE = Duration.ofSeconds(2);
        private static final int WINDOW = 8;

        private final String name;
        private final int blockBytes;
        private final Mqtt5AsyncClient client;
        private final CompletableFuture<JsonNode> upgrade = new CompletableFuture<>();
        private volatile BlockDownload download;
        private volatile int longestReply;
        private volatile int replies;

        Device(String brokerUrl, String name, int blockBytes) {
            this.name = name;
            this.blockBytes = blockBytes;
            URI broker = URI.create(brokerUrl);
            client = MqttClient.builder().useMqttVersion5().identifier(name).serverHost(broker.getHost()).serverPort(broker.getPort())
                    .automaticReconnect().initialDelay(100, TimeUnit.MILLISECONDS).maxDelay(500, TimeUnit.MILLISECONDS).applyAutomaticReconnect()
                    .addConnectedListener(context -> subscribe()).buildAsync();
            client.publishes(MqttGlobalPublishFilter.ALL, this::received);
            client.connectWith().cleanStart(true).send().join();
            subscribe().join();
        }

        private CompletableFuture<?> subscribe() {
            return client.subscribeWith().addSubscription().topicFilter("/ota/device/upgrade/lamp/" + name).qos(MqttQos.AT_LEAST_ONCE).applySubscription()
                    .addSubscription().topicFilter("/sys/lamp/" + name + "/thing/file/download_reply").qos(MqttQos.AT_LEAST_ONCE).applySubscription().send();
        }

        private void received(Mqtt5Publish message) {
            byte[] payload = message.getPayloadAsBytes();
            if (message.getTopic().toString().endsWith("/download_reply")) {
                longestReply = Math.max(longestReply, payload.length);
                replies++;
                if (download != null) {
                    download.reply(payload);
                }
                return;
            }
            try {
                upgrade.complete(JSON.readTree(payload).get("data"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void inform(String version) {
            publish("/ota/device/inform/lamp/" + name, ("{\"id\":\"1\",\"params\":{\"version\":\"" + version + "\"}}").getBytes(StandardCharsets.UTF_8)).join();
        }

        private CompletableFuture<?> publish(String topic, byte[] payload) {
            return client.publishWith().topic(topic).qos(MqttQos.AT_LEAST_ONCE).payload(payload).send();
        }

        /** Asks for a block, and does not wait for it. */
        void ask(JsonNode data, long offset) {
            publish("/sys/lamp/" + name + "/thing/file/download", ("{\"id\":\"1\",\"params\":{\"fileInfo\":{\"streamId\":" + data.get("streamId")
                    + ",\"fileId\":1},\"fileBlock\":{\"size\":" + blockBytes + ",\"offset\":" + offset + "}}}").getBytes(StandardCharsets.UTF_8));
        }

        /** @return completes with the SHA-256 of what was loaded once there was an upgrade */
        CompletableFuture<String> download() {
            return upgrade.thenApplyAsync(this::load, task -> new Thread(task, name).start());
        }

        private String load(JsonNode data) {
            assertThat(data.get("dProtocol").asText()).isEqualTo("mqtt");
            assertThat(data.has("url")).isFalse();
            try {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                download = new BlockDownload(request -> publish("/sys/lamp/" + name + "/thing/file/download", request), data, blockBytes, WINDOW,
                        new DigestOutputStream(OutputStream.nullOutputStream(), digest));
                download.fetch(REPLY_PATIENCE);
                return HexFormat.of().formatHex(digest.digest());
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        JsonNode upgrade() {
            return upgrade.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        }

        int replies() {
            return replies;
        }

        long received() {
            BlockDownload now = download;
            return now == null ? 0 : now.received();
        }

        int longestReply() {
            return longestReply;
        }

        @Override
        public void close() {
            client.disconnect();
        }
    }
}
