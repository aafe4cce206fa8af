package dev.otaroutes.store;

import static dev.otaroutes.store.StoreUnderTest.device;
import static dev.otaroutes.store.StoreUnderTest.inform;
import static dev.otaroutes.store.StoreUnderTest.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.otaroutes.message.DeviceId;
import dev.otaroutes.message.RefusedMessageException;
import dev.otaroutes.rollout.Batch;
import dev.otaroutes.support.SagooIotTables;
import dev.otaroutes.support.TestFiles;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;

/** The statements of sql-sagooiot on SagooIOT's tables, beside ours in one schema of a real MariaDB (domain.md, Devices). */
class SagooIotIT {
    private static final int FLEET = 20_000;
    private StoreUnderTest store;

    @BeforeEach
    void open() {
        store = new StoreUnderTest(StoreUnderTest.Kind.MARIADB, SagooIotTables.STATEMENTS);
    }

    @AfterEach
    void close() throws Exception {
        store.close();
    }

    private SagooIotTables tables(String charset) {
        return SagooIotTables.create(charset, statement -> store.database.jdbc().sql(statement).update());
    }

    @ParameterizedTest
    @ValueSource(strings = {"utf8mb4", "utf8mb3"})
    void onlyDevicesOfTheFleetAreHandled(String charset) {
        SagooIotTables sagooiot = tables(charset).product("pk", 1).product("draft", 0).device("pk", "here", 1).device("pk", "off", 0)
                .device("pk", "gone", 2).device("draft", "d", 1).device("other", "elsewhere", 1);
        sagooiot.delete("dev_device", "gone");
        GroupedRollout rollout = store.started();

        join(rollout.inform(device("here"), inform("1.0")));
        List.of("stranger", "off", "gone", "HERE", "elsewhere").forEach(key ->
                assertRefused("unknown-device", rollout.inform(device(key), inform("1.0"))));
        assertRefused("unknown-device", rollout.progress(device("stranger"), StoreUnderTest.progress(10)));
        assertRefused("unknown-device", rollout.ask(device("stranger"), StoreUnderTest.MODULE));
        List.of("draft", "PK", "nowhere").forEach(product ->
                assertRefused("unknown-product", rollout.inform(new DeviceId(product, "d"), inform("1.0"))));

        assertThat(store.texts("SELECT device FROM ota_device")).containsExactly("pk/here");
    }

    @Test
    void whatADeviceHadToDoEndsWhenItIsGone() {
        SagooIotTables sagooiot = tables("utf8mb4").product("pk", 1).device("pk", "d", 1);
        GroupedRollout rollout = store.started();
        join(rollout.inform(device("d"), inform("1.0")));
        Batch batch = store.runningBatch("2.0", "{}");
        join(rollout.assign(device("d"), batch));
        sagooiot.setStatus("d", 0);

        assertThat(join(rollout.due(device("d"), store.number("SELECT id FROM ota_task")))).isNull();
        assertThat(store.text("SELECT CONCAT(status, ' ', reason) FROM ota_task")).isEqualTo("canceled device-removed");
        join(rollout.assign(device("unheard-of"), batch));
        assertThat(store.number("SELECT COUNT(*) FROM ota_task")).as("nobody is given a task that the fleet does not have").isEqualTo(1);

        sagooiot.setStatus("d", 1);
        assertThat(join(rollout.inform(device("d"), inform("1.0")))).as("its task stays canceled").isNull();
        join(rollout.remove(device("d")));
        assertThat(store.number("SELECT COUNT(*) FROM ota_device")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"utf8mb4", "utf8mb3"})
    void aBatchSelectsByTheTagsThatSagooIotHas(String charset) {
        SagooIotTables sagooiot = tables(charset).product("pk", 1);
        List.of("D1", "d1", "d2", "d3", "d4").forEach(key -> sagooiot.device("pk", key, 1));
        sagooiot.tag("d1", "site", "north").tag("d2", "site", "south").tag("d3", "site", "north").tag("d4", "Site", "north");
        sagooiot.tag("d3", "site", "south").tag("d3", "floor", "2");
        GroupedRollout rollout = store.started();
        StoreUnderTest.waitForAll(List.of("D1", "d1", "d2", "d3", "d4").stream()
                .map(key -> rollout.inform(device(key), inform("1.0"))).toList());

        store.batch("2.0", "preparing", "{\"tags\":{\"site\":\"north\"}}", false, "{}");
        Scheduler scheduler = store.closeLater(new Scheduler(store.database, store.sql, store.clock, new TestFiles(), 100, rollout,
                order -> CompletableFuture.completedFuture(null), () -> false, () -> { }, (what, fault) -> { }));
        scheduler.start();
        await().atMost(Duration.ofSeconds(60)).until(() -> store.text("SELECT status FROM ota_batch").equals("running"));

        assertThat(store.texts("SELECT device FROM ota_task")).as("not D1, whose key is another; of d3's two the newer tag counts")
                .containsExactly("pk/d1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"utf8mb4", "utf8mb3"})
    void aLargeFleetIsReadByIndex(String charset) {
        tables(charset).product("pk", 1);
        List<MapSqlParameterSource> devices = IntStream.range(0, FLEET)
                .mapToObj(i -> new MapSqlParameterSource("key", "d" + i).addValue("id", i + 1)).toList();
        for (int from = 0; from < FLEET; from += 2_000) {
            MapSqlParameterSource[] some = devices.subList(from, from + 2_000).toArray(MapSqlParameterSource[]::new);
            store.database.transaction(() -> {
                store.database.named().batchUpdate("INSERT INTO dev_device (id, product_key, `key`, status) VALUES (:id, 'pk', :key, 1)", some);
                store.database.named().batchUpdate("INSERT INTO dev_device_tag (device_id, device_key, `key`, value) VALUES (:id, :key, 'site', 'n')", some);
            });
        }
        store.database.jdbc().sql("ANALYZE TABLE dev_device").query().listOfRows();
        store.database.jdbc().sql("ANALYZE TABLE dev_device_tag").query().listOfRows();
        List<DeviceId> asked = IntStream.range(0, 100).mapToObj(i -> device("d" + i * 150)).toList();
        Map<String, Object> values = KnownDevices.parameters(asked);

        assertThat(new KnownDevices(store.database, store.sql).unknownOf(asked)).isEmpty();
        for (String statement : List.of("device/find-known", "device/find-tags")) {
            StatementPlansIT.readsFew(store, StoreUnderTest.Kind.MARIADB, statement, values);
        }
    }

    @Test
    void withoutSuchSqlNobodyIsAskedForTheFleet() {
        assertThat(new Sql(null, DatabaseKind.MYSQL).find("device/find-known")).isEmpty();
        assertThat(new Sql(SagooIotTables.STATEMENTS, DatabaseKind.MYSQL).find("device/find-known")).isPresent();
    }

    private static void assertRefused(String reason, CompletionStage<?> stage) {
        assertThatThrownBy(() -> join(stage)).cause().isInstanceOfSatisfying(RefusedMessageException.class,
                refused -> assertThat(refused.reason()).isEqualTo(reason));
    }
}
