package dev.otaroutes.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otaroutes.support.EventReceiver;
import dev.otaroutes.support.Fleet;
import dev.otaroutes.support.OperatorApi;
import dev.otaroutes.support.Site;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** What /observe/metrics of a running process shows after a little work of every kind, and that dashboard and alerts ask for nothing else. */
@TestInstance(Lifecycle.PER_CLASS)
class ObserveIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern SAMPLE = Pattern.compile("^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? (\\S+)$");
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\.)*)\"");
    private final Site site = new Site(Site.Kind.EMBEDDED);
    private final EventReceiver platform = new EventReceiver();
    private final EventReceiver unwell = new EventReceiver();
    private String metrics;

    @BeforeAll
    void work() throws Exception {
        unwell.mood(EventReceiver.Mood.ERROR);
        site.ota().start().awaitReady();
        OperatorApi api = site.api();
        String packageId = api.packageOf("lamp", "2.0.0", new byte[1_000]);
        for (EventReceiver receiver : List.of(platform, unwell)) {
            api.post("/webhooks", "{\"name\":\"console\",\"url\":\"" + receiver.url() + "\",\"format\":\"standard\",\"events\":[\"task.*\"]}");
        }
        try (Fleet fleet = new Fleet(site.brokerUrl(), "lamp")) {
            for (String device : List.of("good", "bad", "waiting")) {
                fleet.inform(device, "1.0.0").get(10, TimeUnit.SECONDS);
            }
            // One of them says nothing more: the batch stays under way.
            String batch = api.batch(packageId, List.of("good", "bad", "waiting"), "{\"attempts\":1}");
            fleet.firstUpgrade("good").get(30, TimeUnit.SECONDS);
            fleet.firstUpgrade("bad").get(30, TimeUnit.SECONDS);
            fleet.firstUpgrade("waiting").get(30, TimeUnit.SECONDS);
            // A task that ends before its push is recorded has no event of that.
            await().atMost(PATIENCE).until(() -> api.get("/batches/" + batch).get("counts").get("pushed").asInt() == 3);
            fleet.progress("good", 50).get(10, TimeUnit.SECONDS);
            fleet.progress("good", 50).get(10, TimeUnit.SECONDS);
            // Each topic is a queue of its own at the broker: the inform might overtake them.
            await().atMost(PATIENCE).until(() -> read("ota_rollout_outcomes_total{outcome=\"progress-repeated\"}") == 1);
            fleet.inform("good", "2.0.0").get(10, TimeUnit.SECONDS);
            fleet.progress("bad", -3).get(10, TimeUnit.SECONDS);
            fleet.send("inform", "bad", "not json").get(10, TimeUnit.SECONDS);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(api.get("/batches/" + batch).get("counts").get("failed").asInt()).isEqualTo(1));
        }
        // created, pushed of each; progress and succeeded of the good one, failed of the bad one
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(read("ota_webhook_deliveries_total{outcome=\"delivered\",webhook=\"1\"}")).isEqualTo(9);
            assertThat(value("ota_webhook_waiting{webhook=\"2\"}")).isPositive();
            assertThat(value("ota_tasks{status=\"failed\"}")).isEqualTo(1);
        });
    }

    private double read(String sample) {
        metrics = site.ota().text("/observe/metrics");
        return value(sample);
    }

    private double value(String sample) {
        return metrics.lines().filter(line -> line.startsWith(sample + " ")).mapToDouble(line -> Double.parseDouble(line.substring(sample.length() + 1)))
                .findFirst().orElse(Double.NaN);
    }

    @Test
    void messagesAndWhatTheyCameToAreCounted() {
        assertThat(value("ota_messages_total{outcome=\"accepted\",topic=\"inform\"}")).isEqualTo(4);
        assertThat(value("ota_messages_total{outcome=\"not-json\",topic=\"inform\"}")).isEqualTo(1);
        assertThat(value("ota_messages_total{outcome=\"accepted\",topic=\"progress\"}")).isEqualTo(3);
        assertThat(value("ota_rollout_outcomes_total{outcome=\"progress-repeated\"}")).isEqualTo(1);
        assertThat(value("ota_upgrades_total{outcome=\"accepted\"}")).isEqualTo(3);
        assertThat(value("ota_device_events_total{type=\"task.succeeded\"}")).isEqualTo(1);
        assertThat(value("ota_task_failures_total{reason=\"verification-failed\"}")).isEqualTo(1);
        assertThat(value("ota_task_failures_total{reason=\"timeout\"}")).as("there before the first").isZero();
    }

    @Test
    void tasksAndBatchesUnderWayAreShown() {
        assertThat(value("ota_tasks{status=\"pushed\"}")).isEqualTo(1);
        assertThat(value("ota_tasks{status=\"succeeded\"}")).isEqualTo(1);
        assertThat(value("ota_batches{status=\"running\"}")).isEqualTo(1);
        assertThat(value("ota_batches{status=\"paused\"}")).isZero();
    }

    @Test
    void aSubscriptionThatFailsIsToldFromOneThatIsServed() {
        assertThat(value("ota_webhook_deliveries_total{outcome=\"failed\",webhook=\"1\"}")).isZero();
        assertThat(value("ota_webhook_deliveries_total{outcome=\"failed\",webhook=\"2\"}")).isPositive();
        assertThat(value("ota_webhook_latency_seconds_count{webhook=\"1\"}")).isEqualTo(9);
        assertThat(value("ota_webhook_latency_seconds_count{webhook=\"2\"}")).isZero();
        assertThat(value("ota_webhook_waiting{webhook=\"1\"}")).isZero();
        assertThat(value("ota_webhook_oldest_waiting_seconds{webhook=\"2\"}")).isPositive();
    }

    @Test
    void theProcessAndItsConnectionsAreShown() {
        assertThat(value("ota_ready")).isEqualTo(1);
        assertThat(value("ota_mqtt_connections_ready")).isEqualTo(value("ota_mqtt_connections")).as("one that subscribes, one that publishes").isEqualTo(2);
        assertThat(value("hikaricp_connections_max{pool=\"ota\"}")).isPositive();
        assertThat(value("ota_store_commit_seconds_count")).isPositive();
        assertThat(value("ota_http_requests_seconds_count{area=\"operator-api\",method=\"POST\",status=\"201\"}")).isPositive();
        assertThat(metrics).containsPattern("ota_build_info\\{version=\"[0-9]").contains("jvm_memory_used_bytes{area=\"heap\"", "process_cpu_usage ");
    }

    @Test
    void dashboardAndAlertsAskForWhatThereIs() throws IOException {
        Map<String, Set<String>> shown = labels();
        for (String expression : ObserveFiles.expressions()) {
            PromQl.metrics(expression).forEach((metric, labels) -> {
                assertThat(shown).as(expression).containsKey(metric);
                assertThat(shown.get(metric)).as("labels of %s in %s", metric, expression).containsAll(ours(labels));
            });
        }
    }

    /** What the scraping adds is not ours. */
    private static Set<String> ours(Set<String> labels) {
        Set<String> ours = new TreeSet<>(labels);
        ours.removeAll(Set.of("job", "instance"));
        return ours;
    }

    /** Units and suffixes are the conventions of Prometheus; a label has few values, and none is a device. */
    @Test
    void namesAndLabelsAreByTheConventions() {
        metrics.lines().filter(line -> line.startsWith("# TYPE ota_")).forEach(line -> {
            String[] words = line.split(" ");
            assertThat(words[2].endsWith("_total")).as(line).isEqualTo(words[3].equals("counter"));
            assertThat(words[2]).matches("[a-z_]+").doesNotContain("millis", "_ms", "_kb");
            assertThat(metrics).as("help of %s", words[2]).containsPattern("# HELP " + words[2] + " [A-Z0-9]\\S* ?\\S+");
        });
        assertThat(metrics).doesNotContain("\"good\"", "\"bad\"", "lamp", platform.url());
    }

    private Map<String, Set<String>> labels() {
        Map<String, Set<String>> labels = new TreeMap<>();
        metrics.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            Matcher sample = SAMPLE.matcher(line);
            assertThat(sample.matches()).as(line).isTrue();
            Set<String> of = labels.computeIfAbsent(sample.group(1), none -> new TreeSet<>());
            Matcher label = LABEL.matcher(sample.group(2) == null ? "" : sample.group(2));
            while (label.find()) {
                of.add(label.group(1));
            }
        });
        return labels;
    }

    @AfterAll
    void close() throws Exception {
        site.close();
        platform.close();
        unwell.close();
    }
}
