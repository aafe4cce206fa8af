package dev.otaroutes.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnknownVariablesTest {
    @Test
    void aMisspeltVariableIsToldWithTheNearestOneAndWithoutItsValue() {
        assertThat(UnknownVariables.in(Map.of("OTA_MQTT_ULR", "ssl://broker:8883", "OTA_API_KEY", "ops:s3cret", "OTA_HTPP_PORT", "9090"))).containsExactly(
                "the environment variable OTA_API_KEY is not a setting, and does nothing: did you mean OTA_API_KEYS (ota.api.keys)?",
                "the environment variable OTA_HTPP_PORT is not a setting, and does nothing: did you mean OTA_HTTP_PORT (ota.http.port)?",
                "the environment variable OTA_MQTT_ULR is not a setting, and does nothing: did you mean OTA_MQTT_URL (ota.mqtt.url)?");
    }

    @Test
    void settingsAndWhatIsNobodysAreNotToldOf() {
        assertThat(UnknownVariables.in(Map.of("OTA_MQTT_URL", "embedded", "OTA_KEEP_EVENTS_DAYS", "3", "OTA_JAVA_OPTS", "-Xmx256m", "PATH", "/bin",
                "OTAKU", "x", "MY_OTA_URL", "y"))).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "OTA_SERVICE_HOST, 10.96.0.7", "OTA_SERVICE_PORT, 8080", "OTA_SERVICE_PORT_HTTP, 8080", "OTA_PORT, tcp://10.96.0.7:8080",
        "OTA_PORT_8080_TCP, tcp://10.96.0.7:8080", "OTA_PORT_8080_TCP_PROTO, tcp", "OTA_PORT_8080_TCP_PORT, 8080", "OTA_PORT_8080_TCP_ADDR, 10.96.0.7",
        "OTA_ROUTES_SERVICE_HOST, 10.96.0.7", "OTA_ROUTES_SERVICE_PORT_MQTT, 1883", "OTA_ROUTES_PORT, tcp://10.96.0.7:8080",
        "OTA_ROUTES_PORT_8080_TCP, tcp://10.96.0.7:8080", "OTA_ROUTES_PORT_5683_UDP_ADDR, 10.96.0.7"})
    void whatKubernetesSetsForAServiceIsNotToldOf(String name, String value) {
        assertThat(UnknownVariables.in(Map.of(name, value))).isEmpty();
    }
}
