package dev.otaroutes.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.impl.ContextDataFactory;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.message.SimpleMessage;
import org.apache.logging.log4j.util.StringMap;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/** The two formats of the log, as log4j2.properties has them. */
class LogLayoutTest {
    private static final String FROM_A_DEVICE = "refused [a\r\nERROR forged]";

    @Test
    void anEventIsOneLineOfText() {
        String line = line("text", null);
        assertThat(line).endsWith("refused refused [a\\r\\nERROR forged]" + System.lineSeparator());
        assertThat(line.lines()).hasSize(1);
    }

    @Test
    void aStackTraceStaysInTheLine() {
        String line = line("text", new IllegalStateException("first\nsecond", new NullPointerException("cause")));
        assertThat(line.lines()).hasSize(1);
        assertThat(line).contains("IllegalStateException: first", " | ", "at dev.otaroutes.log.LogLayoutTest", "NullPointerException: cause");
    }

    @Test
    void jsonHasTheDeviceAndTheEventAsFields() throws Exception {
        String line = line("json", new IllegalStateException("why"));
        assertThat(line.lines()).hasSize(1);
        JsonNode event = new ObjectMapper().readTree(line);
        assertThat(event.get("message").asText()).isEqualTo(FROM_A_DEVICE);
        assertThat(event.get("log.level").asText()).isEqualTo("WARN");
        assertThat(event.get("log.logger").asText()).isEqualTo("ota.refused");
        assertThat(event.get("productKey").asText()).isEqualTo("lamp");
        assertThat(event.get("deviceKey").asText()).isEqualTo("kitchen");
        assertThat(event.get("eventId").asText()).isEqualTo("evt_1");
        assertThat(event.get("error.stack_trace").asText()).contains("IllegalStateException: why");
    }

    @Test
    void fieldsAreThereForTheLineAlone() {
        Map<String, String> during = new HashMap<>();
        LogFields.ofEvent("evt_1", "lamp", "kitchen").in(() -> during.putAll(MDC.getCopyOfContextMap()));
        assertThat(during).containsExactlyInAnyOrderEntriesOf(Map.of("eventId", "evt_1", "productKey", "lamp", "deviceKey", "kitchen"));
        assertThat(MDC.get("eventId")).isNull();
        LogFields.ofEvent("evt_2", "lamp", null).in(() -> assertThat(MDC.get("deviceKey")).as("an event of a batch").isNull());
        LogFields.ofDevice(null).in(() -> assertThat(MDC.get("productKey")).as("a topic without a device").isNull());
    }

    private static String line(String appender, Throwable thrown) {
        StringMap fields = ContextDataFactory.createContextData();
        Map.of("productKey", "lamp", "deviceKey", "kitchen", "eventId", "evt_1").forEach(fields::putValue);
        LoggerContext logging = (LoggerContext) LogManager.getContext(false);
        return new String(logging.getConfiguration().getAppender(appender).getLayout().toByteArray(Log4jLogEvent.newBuilder().setLoggerName("ota.refused")
                .setLevel(Level.WARN).setMessage(new SimpleMessage(FROM_A_DEVICE)).setThrown(thrown).setContextData(fields).build()), StandardCharsets.UTF_8);
    }
}
