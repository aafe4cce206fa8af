package dev.otaroutes.bench.baseline;

import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Constants;
import org.apache.camel.component.sql.SqlComponent;
import org.apache.camel.main.Main;
import org.apache.camel.model.dataformat.JsonLibrary;

/**
 * Baseline (c): camel-paho-mqtt5 and camel-sql as their documentation shows them: the consumer's own thread, statements that commit by
 * themselves, one after the other. Less durable than the others: acknowledged by Paho when the route has ended, without manual acknowledgement.
 */
public final class PlainCamel {
    private PlainCamel() {
    }

    public static void main(String[] args) throws Exception {
        Main camel = new Main();
        SqlComponent sql = new SqlComponent();
        com.zaxxer.hikari.HikariDataSource pool = new com.zaxxer.hikari.HikariDataSource();
        pool.setJdbcUrl(System.getProperty("bench.db.url"));
        pool.setUsername(System.getProperty("bench.db.username"));
        pool.setPassword(System.getProperty("bench.db.password"));
        sql.setDataSource(pool);
        camel.bind("sql", sql);
        camel.configure().addRoutesBuilder(new Routes());
        camel.addMainListener(new org.apache.camel.main.MainListenerSupport() {
            @Override
            public void afterStart(org.apache.camel.main.BaseMainSupport main) {
                System.err.println("ready");
            }
        });
        camel.run();
    }

    private static final class Routes extends RouteBuilder {
        @Override
        public void configure() {
            String broker = "brokerUrl=" + System.getProperty("bench.broker") + "&qos=1&cleanStart=false&sessionExpiryInterval=3600";
            from("paho-mqtt5:/ota/device/inform/+/+?clientId=bench-inform&" + broker).routeId("inform")
                    .unmarshal().json(JsonLibrary.Jackson, Map.class)
                    .process(exchange -> variables(exchange, "/ota/device/inform/"))
                    .to("sql:UPDATE ota_device_module SET version = :#${variable.version}, reported_at = :#${variable.now}"
                            + " WHERE device = :#${variable.device} AND module = 'default'")
                    .to("sql:SELECT t.id, t.batch_id, p.version, f.size_bytes, f.url, f.sha256, p.sign_method FROM ota_task t"
                            + " JOIN ota_package p ON p.id = t.package_id JOIN ota_package_file f ON f.package_id = p.id"
                            + " WHERE t.device = :#${variable.device} AND t.module = 'default' AND t.is_open = 1 ORDER BY t.id LIMIT 1?outputType=SelectOne")
                    .filter(body().isNotNull())
                    .process(PlainCamel::upgrade)
                    .marshal().json(JsonLibrary.Jackson)
                    .to("paho-mqtt5:upgrade?clientId=bench-upgrade&" + broker)
                    .to("sql:UPDATE ota_task SET status = 'pushed', pushed_at = :#${variable.now}, updated_at = :#${variable.now} WHERE id = :#${variable.task}")
                    .to("sql:INSERT INTO ota_event (type, at, sequence, product_key, device_key, module, data, undelivered) VALUES ('task.pushed',"
                            + " :#${variable.now}, 1, :#${variable.product}, :#${variable.deviceKey}, 'default', '{}', 1)");
            from("paho-mqtt5:/ota/device/progress/+/+?clientId=bench-progress&" + broker).routeId("progress")
                    .unmarshal().json(JsonLibrary.Jackson, Map.class)
                    .process(exchange -> variables(exchange, "/ota/device/progress/"))
                    .to("sql:UPDATE ota_task SET status = 'upgrading', step = :#${variable.step}, device_desc = :#${variable.desc},"
                            + " updated_at = :#${variable.now} WHERE device = :#${variable.device} AND module = 'default' AND is_open = 1")
                    .to("sql:INSERT INTO ota_event (type, at, sequence, product_key, device_key, module, data, undelivered) VALUES ('task.progress',"
                            + " :#${variable.now}, 1, :#${variable.product}, :#${variable.deviceKey}, 'default', :#${variable.data}, 1)");
        }
    }

    private static void variables(Exchange exchange, String prefix) {
        String device = exchange.getMessage().getHeader(PahoMqtt5Constants.MQTT_TOPIC, String.class).substring(prefix.length());
        Map<?, ?> params = (Map<?, ?>) exchange.getMessage().getBody(Map.class).get("params");
        exchange.setVariable("device", device);
        exchange.setVariable("product", device.substring(0, device.indexOf('/')));
        exchange.setVariable("deviceKey", device.substring(device.indexOf('/') + 1));
        exchange.setVariable("version", params.get("version"));
        exchange.setVariable("now", LocalDateTime.now(ZoneOffset.UTC));
        if (params.get("step") != null) {
            exchange.setVariable("step", Integer.valueOf(params.get("step").toString()));
            exchange.setVariable("desc", params.get("desc"));
            exchange.setVariable("data", "{\"status\":\"upgrading\",\"step\":" + params.get("step") + ",\"desc\":\"" + params.get("desc") + "\"}");
        }
    }

    private static void upgrade(Exchange exchange) {
        Map<?, ?> row = exchange.getMessage().getBody(Map.class);
        exchange.setVariable("task", row.get("id"));
        exchange.getMessage().setHeader(PahoMqtt5Constants.CAMEL_PAHO_OVERRIDE_TOPIC, "/ota/device/upgrade/" + exchange.getVariable("device"));
        exchange.getMessage().setBody(Map.of("code", "200", "id", ((Number) row.get("id")).longValue() * 1_000 + 1, "message", "success",
                "data", Map.of("size", row.get("size_bytes"), "version", row.get("version"), "url", row.get("url"), "sign", row.get("sha256"),
                        "signMethod", row.get("sign_method"), "extData", Map.of("strategy", row.get("batch_id").toString()))));
    }
}
