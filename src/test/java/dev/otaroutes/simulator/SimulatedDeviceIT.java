package dev.otaroutes.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import dev.otaroutes.support.Loopback;
import dev.otaroutes.support.Mosquitto;
import dev.otaroutes.support.TcpProxy;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntFunction;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** One simulated device at a broker, and an observer of what it says there. */
@DisplayName("a simulated device")
class SimulatedDeviceIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String UPGRADE = "{\"id\":7,\"data\":{\"version\":\"2.0.0\",\"size\":8,\"sign\":\"00ff\",\"extData\":{\"strategy\":\"1\"}}}";

    private final List<String> said = new CopyOnWriteArrayList<>();
    private final List<String> console = new CopyOnWriteArrayList<>();

    /** Completes when the device has been told that the broker has its 100. */
    private final CompletableFuture<Void> downloaded = new CompletableFuture<>();
    /** Keeps the device from going on until it is cut off: what it waits for an acknowledgement of, it cannot get any more then. */
    private final CompletableFuture<Void> cutOff = new CompletableFuture<>();

    /** An inform of the old version that overtakes the -4 would be a device that has booted the old image after its 100. */
    @Test
    void saysWhatItHasToRepeatBeforeWhatIsNew() throws IOException {
        try (Mosquitto mosquitto = new Mosquitto().start(); TcpProxy network = new TcpProxy(mosquitto.port())) {
            Mqtt5AsyncClient observer = observer(mosquitto);
            DeviceConnection connection = new DeviceConnection(URI.create("tcp://" + Loopback.HOST + ":" + network.port()), null, null, "lamp", "1");
            new SimulatedDevice("d-1", "default", "1.0.0", connection, this::download, 0, () -> Mishap.CANNOT_WRITE_ITS_FLASH,
                    new DeviceRecord("d-1", Mishap.CANNOT_WRITE_ITS_FLASH), console::add);
            try {
                connection.open().join();
                await().atMost(PATIENCE).until(() -> said.size() == 1);
                observer.publishWith().topic("/ota/device/upgrade/lamp/d-1").qos(MqttQos.AT_LEAST_ONCE).payload(UPGRADE.getBytes(StandardCharsets.UTF_8)).send().join();
                await().atMost(PATIENCE).until(downloaded::isDone);
                network.dropBytes();
                cutOff.complete(null);
                await().atMost(PATIENCE).until(() -> console.stream().anyMatch(line -> line.contains("reports -4")));

                // A broker that has forgotten the session: the device's client gives up what is not acknowledged.
                mosquitto.kill();
                Files.deleteIfExists(mosquitto.folder().resolve("mosquitto.db"));
                mosquitto.start();
                said.clear();
                await().atMost(PATIENCE).until(() -> {
                    // The client subscribes again by itself when it finds its session gone.
                    observer.publishWith().topic("/ota/device/inform/lamp/observer").qos(MqttQos.AT_LEAST_ONCE).send();
                    return said.contains("inform/lamp/observer ");
                });
                network.resume();

                await().atMost(PATIENCE).until(() -> said.stream().filter(message -> message.contains("/d-1 ")).count() == 2);
                assertThat(said).filteredOn(message -> message.contains("/d-1 ")).satisfiesExactly(
                        first -> assertThat(first).startsWith("progress/lamp/d-1 ").contains("\"step\":\"-4\""),
                        second -> assertThat(second).startsWith("inform/lamp/d-1 ").contains("\"version\":\"1.0.0\""));
            } finally {
                connection.close();
                observer.disconnect();
            }
        }
    }

    private CompletableFuture<String> download(JsonNode data, IntFunction<CompletableFuture<Void>> percent, LongConsumer lost) {
        return percent.apply(100).thenRun(() -> downloaded.complete(null)).thenCompose(done -> cutOff).thenApply(done -> Download.expected(data));
    }

    private Mqtt5AsyncClient observer(Mosquitto mosquitto) {
        Mqtt5AsyncClient client = MqttClient.builder().useMqttVersion5().identifier("observer").serverHost(Loopback.HOST)
                .serverPort(mosquitto.port()).automaticReconnectWithDefaultConfig().buildAsync();
        client.publishes(MqttGlobalPublishFilter.ALL, this::heard);
        client.connectWith().send().join();
        client.subscribeWith().topicFilter("/ota/device/inform/lamp/+").qos(MqttQos.AT_LEAST_ONCE).send().join();
        client.subscribeWith().topicFilter("/ota/device/progress/lamp/+").qos(MqttQos.AT_LEAST_ONCE).send().join();
        return client;
    }

    private void heard(Mqtt5Publish message) {
        said.add(message.getTopic().toString().substring("/ota/device/".length()) + " " + new String(message.getPayloadAsBytes(), StandardCharsets.UTF_8));
    }
}
