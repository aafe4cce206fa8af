package dev.otaroutes.extension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otaroutes.support.Fleet;
import dev.otaroutes.support.OperatorApi;
import dev.otaroutes.support.OtaProcess;
import dev.otaroutes.support.ReadmeExample;
import dev.otaroutes.support.Site;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an integrator got wrong is named, and stops neither the fleet nor what ran before (domain.md, Our own failures). */
class BrokenExtensionIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String REFUSES_A_DEVICE = """
            - route:
                id: add-site
                routeConfigurationId: ask-caller
                from:
                  uri: direct:add-site
                  steps:
                    - filter:
                        simple: ${variable.order.device.deviceKey} == 'bad'
                        steps:
                          - throwException: {id: add-site.find-site, exceptionType: java.lang.IllegalStateException, message: no such site}
                    - to: paho-mqtt5:ota-upgrade
            """;

    private Site site;
    private OtaProcess ota;
    private OperatorApi api;

    @BeforeEach
    void make() throws IOException {
        site = new Site(Site.Kind.EMBEDDED);
        ota = site.ota().withOwnFiles();
        api = site.api();
        write("add-site", REFUSES_A_DEVICE);
        ota.with("ota.endpoint.upgrade", "direct:add-site").start().awaitReady();
    }

    @AfterEach
    void close() throws Exception {
        site.close();
    }

    @Test
    void aStepThatThrowsIsNamedAndTheFleetGoesOn() throws Exception {
        String packageId = api.packageOf("lamp", "2.0.0", new byte[1_000]);
        try (Fleet fleet = new Fleet(site.brokerUrl(), "lamp")) {
            // Nothing but its inform leads to the push: else it is the service's own that fails.
            api.post("/packages/" + packageId + "/batches", "{'push':false,'select':{'devices':['bad']}}".replace('\'', '"'));
            fleet.inform("bad", "1.0.0").join();
            String named = "IllegalStateException: no such site (step [add-site.find-site] of route [add-site] in"
                    + " routes/custom/add-site.camel.yaml)";
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(api.list("/rejected-messages")).anySatisfy(message -> {
                assertThat(message.get("topic").asText()).isEqualTo("/ota/device/inform/lamp/bad");
                assertThat(message.get("reason").asText()).isEqualTo("internal-error");
            }));
            awaitLog(named);
            assertThat(ota.text("/observe/health").replace("\\", "")).contains(named);

            api.batch(packageId, List.of("good"), "{}");
            fleet.inform("good", "1.0.0").join();
            fleet.firstUpgrade("good").get(30, TimeUnit.SECONDS);
            assertThat(fleet.upgrades("bad")).isEmpty();
        }
    }

    @Test
    void aPushOfOursThatAStepRefusesIsNamedAndRepeatedWhenTheStepIsMended() throws Exception {
        String packageId = api.packageOf("lamp", "2.0.0", new byte[1_000]);
        try (Fleet fleet = new Fleet(site.brokerUrl(), "lamp")) {
            api.batch(packageId, List.of("bad", "good"), "{}");
            awaitLog("gave up an upgrade that no message asked for; it is tried again: IllegalStateException: no such site"
                    + " (step [add-site.find-site] of route [add-site] in routes/custom/add-site.camel.yaml)");
            fleet.firstUpgrade("good").get(30, TimeUnit.SECONDS);
            assertThat(api.list("/rejected-messages")).isEmpty();
            assertThat(fleet.upgrades("bad")).isEmpty();

            write("add-site", REFUSES_A_DEVICE.replace("'bad'", "'worse'"));
            fleet.firstUpgrade("bad").get(90, TimeUnit.SECONDS);
        }
    }

    @Test
    void whatFailedBeforeOurFirstStepIsReplayedThroughTheMendedOne() throws Exception {
        api.put("/products/lamp", "{\"name\":\"lamp\",\"dialect\":\"sagoo\"}");
        ReadmeExample oldFirmware = oldFirmware();
        try (Fleet fleet = new Fleet(site.brokerUrl(), "lamp")) {
            write("old-firmware", oldFirmware.text().replace("unmarshal: {json: {}}", "to: 'language:simple:${body.noSuchThing()}'"));
            awaitLog("routes/custom/old-firmware.camel.yaml is loaded: [receive-inform]");
            fleet.send("inform", "old", "{\"ver\":\"0.9\"}").join();
            await().atMost(PATIENCE).until(() -> !api.list("/rejected-messages").isEmpty());
            assertThat(api.list("/rejected-messages").get(0).get("payload").asText()).isEqualTo("{\"ver\":\"0.9\"}");

            oldFirmware.putInto(ota.folder());
            await().atMost(PATIENCE).until(() -> ota.log().split("old-firmware.camel.yaml is loaded", -1).length > 2);
            api.post("/rejected-messages/" + api.list("/rejected-messages").get(0).get("id").asText() + "/replay", null);

            await().atMost(PATIENCE).until(() -> api.send("GET", "/devices/lamp/old", null).body().contains("\"version\":\"0.9\""));
        }
    }

    @Test
    void aFileThatCannotBeLoadedIsNamedInALineAndHoldsUpNothing() throws Exception {
        String packageId = api.packageOf("lamp", "2.0.0", new byte[1_000]);
        try (Fleet fleet = new Fleet(site.brokerUrl(), "lamp")) {
            write("mine", "- route:\n    id: mine\n  from: direct:mine\n   steps: []\n");
            awaitLog("WARN  routes routes/custom/mine.camel.yaml cannot be loaded, what ran before goes on: mapping values are not allowed here in"
                    + " file:" + ota.folder().resolve("routes").toRealPath().resolve("custom/mine.camel.yaml") + ", line 4, column 9:");

            write("add-site", REFUSES_A_DEVICE.replace("paho-mqtt5:ota-upgrade", "nosuch:thing"));
            awaitLog("routes/custom/add-site.camel.yaml cannot be loaded, what ran before goes on: route [add-site]: No endpoint could be found for: nosuch://thing");
            upgraded(fleet, packageId, "first");

            write("add-site", REFUSES_A_DEVICE.replace("no such site", "closed"));
            awaitLog("routes/custom/add-site.camel.yaml is loaded: [add-site]");
            upgraded(fleet, packageId, "second");
            write("mine", "- route:\n    id: mine\n    from:\n      uri: timer:mine?repeatCount=1\n      steps:\n        - log: {logName: ota.mine, message: mine runs}\n");
            awaitLog("mine runs");
            assertThat(ota.log()).doesNotContain("\tat ");
            assertThat(ota.log().lines().filter(line -> line.contains("mine.camel.yaml cannot be loaded"))).hasSize(1);
        }
    }

    @Test
    void aRouteInPlaceOfOursStaysWhenOurFileIsLoadedAgain() throws Exception {
        api.put("/products/lamp", "{\"name\":\"lamp\",\"dialect\":\"sagoo\"}");
        try (Fleet fleet = new Fleet(site.brokerUrl(), "lamp")) {
            oldFirmware().putInto(ota.folder());
            awaitLog("route [receive-inform] is that of routes/custom/old-firmware.camel.yaml and not that of routes/inform-to-upgrade.camel.yaml");
            awaitLog("routes/custom/old-firmware.camel.yaml is loaded: [receive-inform]");
            understood(fleet, "first");

            Path ours = ota.folder().resolve("routes/inform-to-upgrade.camel.yaml");
            Files.writeString(ours, Files.readString(ours) + "\n# upgraded\n");
            awaitLog("routes/inform-to-upgrade.camel.yaml is loaded: ");
            understood(fleet, "second");
        }
    }

    @Test
    void aFileThatTakesARouteOfOursAndCannotBeLoadedGivesItBack() throws Exception {
        String packageId = api.packageOf("lamp", "2.0.0", new byte[1_000]);
        try (Fleet fleet = new Fleet(site.brokerUrl(), "lamp")) {
            String other = "- route:\n    id: other\n    from:\n      uri: timer:other?repeatCount=1\n      steps:\n        - log: {logName: ota.mine, message: other runs}\n";
            write("mine", other);
            awaitLog("other runs");
            write("mine", other + oldFirmware().text().replace("unmarshal: {json: {}}", "to: nosuch:thing"));
            awaitLog("routes/custom/mine.camel.yaml cannot be loaded, what ran before goes on: route [receive-inform]: No endpoint could be found for: nosuch://thing");
            upgraded(fleet, packageId, "first");

            Path ours = ota.folder().resolve("routes/inform-to-upgrade.camel.yaml");
            Files.writeString(ours, Files.readString(ours) + "\n# upgraded\n");
            await().atMost(PATIENCE).until(() -> ota.log().lines().anyMatch(line -> line.contains("routes/inform-to-upgrade.camel.yaml is loaded: ")
                    && line.contains("receive-inform")));
            upgraded(fleet, packageId, "second");

            oldFirmware().putInto(ota.folder());
            awaitLog("routes/custom/old-firmware.camel.yaml is loaded: [receive-inform]");
            understood(fleet, "third");
        }
    }

    @Test
    void whatAMessageWaitsForIsNamed() throws Exception {
        write("mine", oldFirmware().text().replace("to: direct:inform", "to: {id: mine.ask, uri: \"direct:nosuch\"}"));
        awaitLog("routes/custom/mine.camel.yaml is loaded: [receive-inform]");
        api.put("/products/lamp", "{\"name\":\"lamp\",\"dialect\":\"sagoo\"}");
        try (Fleet fleet = new Fleet(site.brokerUrl(), "lamp")) {
            fleet.inform("first", "1.0.0").join();
            awaitLog("a message of route [receive-inform] waits, and may not be alone; it is tried until it works: DirectConsumerNotAvailableException: No"
                    + " consumers available on endpoint: direct://nosuch");
            write("nosuch", "- route:\n    id: nosuch\n    routeConfigurationId: ask-caller\n    from:\n      uri: direct:nosuch\n      steps:\n        - to: direct:inform\n");
            await().atMost(PATIENCE).until(() -> api.send("GET", "/devices/lamp/first", null).body().contains("\"version\":\"1.0.0\""));
        }
    }

    @Test
    void aRouteWithoutAnIdIsReplacedWhenItsFileChanges() throws Exception {
        String ticks = "- from:\n    uri: timer:mine?period=100\n    steps:\n      - log: {logName: ota.mine, message: %s}\n";
        write("mine", ticks.formatted("one") + ticks.replace("timer:mine", "timer:beside").formatted("beside"));
        awaitLog("one");
        awaitLog("beside");

        write("mine", ticks.formatted("two") + ticks.replace("timer:mine", "timer:beside").formatted("near"));
        awaitLog("two");
        awaitLog("near");
        long before = count("one") + count("beside");
        long ticked = count("two") + count("near");
        await().atMost(PATIENCE).until(() -> count("two") + count("near") > ticked + 20);
        assertThat(count("one") + count("beside")).isEqualTo(before);
    }

    private long count(String message) {
        return ota.log().lines().filter(line -> line.endsWith(" " + message)).count();
    }

    private static ReadmeExample oldFirmware() {
        return ReadmeExample.all().stream().filter(example -> example.file().endsWith("old-firmware.camel.yaml")).findFirst().orElseThrow();
    }

    private void understood(Fleet fleet, String device) {
        fleet.send("inform", device, "{\"ver\":\"0.9\"}").join();
        await().atMost(PATIENCE).until(() -> api.send("GET", "/devices/lamp/" + device, null).body().contains("\"version\":\"0.9\""));
    }

    private void upgraded(Fleet fleet, String packageId, String device) throws Exception {
        api.batch(packageId, List.of(device), "{}");
        fleet.inform(device, "1.0.0").join();
        fleet.firstUpgrade(device).get(60, TimeUnit.SECONDS);
    }

    private void write(String name, String yaml) throws IOException {
        Files.writeString(Files.createDirectories(ota.folder().resolve("routes/custom")).resolve(name + ".camel.yaml"), yaml);
    }

    private void awaitLog(String text) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(ota.log()).contains(text));
    }
}
