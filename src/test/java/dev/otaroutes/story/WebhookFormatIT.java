package dev.otaroutes.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.otaroutes.support.EventReceiver;
import dev.otaroutes.support.Fleet;
import dev.otaroutes.support.Kafka;
import dev.otaroutes.support.OperatorApi;
import dev.otaroutes.support.Site;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Formats that are dropped into the running process. */
@DisplayName("a webhook format of one's own")
class WebhookFormatIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    @DisplayName("is a file of YAML: an event arrives in it without a restart")
    void isDroppedIn() throws Exception {
        try (Site site = new Site(Site.Kind.EMBEDDED); EventReceiver chat = new EventReceiver()) {
            Path routes = site.ota().withOwnFiles().folder().resolve("routes");
            site.ota().start().awaitReady();
            OperatorApi api = site.api();
            api.put("/products/lamp", "{\"name\":\"lamp\",\"dialect\":\"sagoo\"}");
            String subscription = "{\"name\":\"chat\",\"url\":\"" + chat.url() + "\",\"format\":\"chat\",\"events\":[\"*\"]}";
            assertThat(api.send("POST", "/webhooks", subscription).body()).contains("[chat] has none");

            Files.writeString(routes.resolve("custom/chat.camel.yaml"), exampleOfTheReadme());
            await().atMost(PATIENCE).until(() -> api.send("POST", "/webhooks", subscription).statusCode() == 201);

            try (Fleet fleet = new Fleet(site.brokerUrl(), "lamp")) {
                fleet.inform("kitchen", "1.0.0").join();
                await().atMost(PATIENCE).untilAsserted(() -> assertThat(chat.of("kitchen")).extracting(message -> message.get("text").asText())
                        .containsExactly("kitchen runs 1.0.0"));
            }
            String webhook = "/webhooks/" + api.list("/webhooks").get(0).get("id").asText();
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(api.list(webhook + "/deliveries?status=delivered"))
                    .as("what the format says nothing of counts as delivered").extracting(sent -> sent.get("type").asText())
                    .containsExactlyInAnyOrder("inform", "version.changed"));
            assertThat(chat.requests()).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("may send elsewhere: the example for Kafka keeps every device's events in order, also over the broker's death")
    void kafka() throws Exception {
        try (Kafka kafka = new Kafka(); Site site = new Site(Site.Kind.EMBEDDED)) {
            kafka.start();
            Path routes = site.ota().withOwnFiles().folder().resolve("routes");
            site.ota().start().awaitReady();
            OperatorApi api = site.api();
            api.put("/products/lamp", "{\"name\":\"lamp\",\"dialect\":\"sagoo\"}");
            Files.writeString(routes.resolve("custom/kafka.camel.yaml"), Files.readString(routes.resolve("webhooks/kafka.camel.yaml.example"))
                    .replace("localhost:9092", kafka.address()));
            String subscription = "{\"name\":\"kafka\",\"url\":\"http://kafka.invalid\",\"format\":\"kafka\",\"events\":[\"version.changed\"]}";
            await().atMost(PATIENCE).until(() -> api.send("POST", "/webhooks", subscription).statusCode() == 201);
            String deliveries = "/webhooks/" + api.list("/webhooks").get(0).get("id").asText() + "/deliveries?status=";
            List<ConsumerRecord<String, String>> records = new ArrayList<>();

            try (Fleet fleet = new Fleet(site.brokerUrl(), "lamp")) {
                for (int version = 1; version <= 5; version++) {
                    fleet.inform("kitchen", "1.0." + version).join();
                    fleet.inform("hall", "1.0." + version).join();
                }
                await().atMost(PATIENCE).until(() -> api.list(deliveries + "delivered").size() == 10);
                kafka.kill();
                fleet.inform("kitchen", "2.0.0").join();
                fleet.inform("kitchen", "2.0.1").join();
                await().atMost(PATIENCE).untilAsserted(() -> assertThat(api.list(deliveries + "waiting")).hasSize(2).first()
                        .satisfies(first -> assertThat(first.path("error").asText()).isNotBlank()));
                kafka.start();
                await().atMost(PATIENCE).until(() -> api.list(deliveries + "delivered").size() == 12);
            }

            try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(Map.of("bootstrap.servers", kafka.address(), "group.id", "test",
                    "auto.offset.reset", "earliest"), new StringDeserializer(), new StringDeserializer())) {
                consumer.subscribe(List.of("ota-events"));
                await().atMost(PATIENCE).until(() -> {
                    consumer.poll(Duration.ofMillis(500)).forEach(records::add);
                    return records.size() >= 12;
                });
            }
            assertThat(sequences(records, "lamp/kitchen")).isEqualTo(LongStream.rangeClosed(1, 7).boxed().toList());
            assertThat(sequences(records, "lamp/hall")).isEqualTo(LongStream.rangeClosed(1, 5).boxed().toList());
        }
    }

    private static String exampleOfTheReadme() throws Exception {
        String readme = Files.readString(Path.of("README.md"));
        int from = readme.indexOf("- route:\n    id: webhook-chat");
        return readme.substring(from, readme.indexOf("```", from));
    }

    private static List<Long> sequences(List<ConsumerRecord<String, String>> records, String key) throws Exception {
        List<Long> sequences = new ArrayList<>();
        for (ConsumerRecord<String, String> record : records) {
            if (record.key().equals(key)) {
                JsonNode event = JSON.readTree(record.value());
                assertThat(event.get("productKey").asText() + "/" + event.get("deviceKey").asText()).isEqualTo(key);
                sequences.add(event.get("sequence").asLong());
            }
        }
        return sequences;
    }
}
