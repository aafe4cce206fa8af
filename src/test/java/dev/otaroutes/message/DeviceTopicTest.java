package dev.otaroutes.message;

import static dev.otaroutes.message.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceTopicTest {
    @Test
    void whoSaysThatADeviceIsOnlineIsNoDevice() {
        for (String topic : List.of("/message/device/online", "$SYS/brokers/emqx@127.0.0.1/clients/c1/connected", "$SYS/brokers/b/clients/c/subscribed")) {
            assertThat(DeviceTopic.kind(topic)).isEqualTo("online");
            assertRefused(() -> DeviceTopic.parse(topic), "bad-topic", topic);
        }
    }

    @Test
    void theDeviceComesFromTheTopic() {
        assertThat(DeviceTopic.parse("/ota/device/inform/lamp/kitchen")).isEqualTo(new DeviceId("lamp", "kitchen"));
        assertThat(DeviceTopic.parse("/ota/device/progress/lamp/küche-1")).isEqualTo(new DeviceId("lamp", "küche-1"));
    }

    @Test
    void theTopicSaysWhatTheMessageIs() {
        assertThat(DeviceTopic.kind("/ota/device/inform/lamp/kitchen")).isEqualTo("inform");
        assertThat(DeviceTopic.kind("/ota/device/progress/lamp/kitchen")).isEqualTo("progress");
        assertThat(DeviceTopic.kind("/sys/lamp/kitchen/thing/ota/firmware/get")).isEqualTo("firmware-get");
        assertThat(DeviceTopic.kind("/sys/lamp/kitchen/thing/file/download")).isEqualTo("file-download");
    }

    @Test
    void anUpgradeGoesToTheDevicesTopic() {
        assertThat(DeviceTopic.upgrade(new DeviceId("lamp", "kitchen"))).isEqualTo("/ota/device/upgrade/lamp/kitchen");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "ota/device/inform/lamp/kitchen", "/ota/device/upgrade/lamp/kitchen", "/ota/device/inform/lamp",
            "/ota/device/inform/lamp/kitchen/x", "/ota/device/inform/lamp/kitchen/", "/ota/device/INFORM/lamp/kitchen", "//ota/device/inform/lamp/kitchen"})
    void anotherTopicIsRefused(String topic) {
        assertRefused(() -> DeviceTopic.parse(topic), "bad-topic",
                "OTA topic must be /ota/device/{inform|progress}/{productKey}/{deviceKey}"
                + " or /sys/{productKey}/{deviceKey}/thing/{ota/firmware/get|file/download}, but was [" + topic + "]");
    }

    @Test
    void aKeyThatBreaksTheRuleIsRefused() {
        assertRefused(() -> DeviceTopic.parse("/ota/device/inform//kitchen"), "bad-key", "productKey must be 1 to 64 characters");
        assertRefused(() -> DeviceTopic.parse("/ota/device/inform/lamp/"), "bad-key", "deviceKey must be 1 to 64 characters");
        assertRefused(() -> DeviceTopic.parse("/ota/device/inform/la mp/kitchen"), "bad-key", "but was [la mp]");
        assertRefused(() -> DeviceTopic.parse("/ota/device/inform/lamp/" + "k".repeat(65)), "bad-key", "deviceKey must be 1 to 64 characters");
        assertThat(DeviceTopic.parse("/ota/device/inform/lamp/" + "k".repeat(64)).deviceKey()).hasSize(64);
    }

    @ParameterizedTest
    @ValueSource(strings = {"+", "a#", "a/b", "a b", "\u0000", "a\u3000", "a\tb", "\uD800"})
    void noKeyHasWildcardsSlashesWhiteSpaceOrNul(String key) {
        assertThat(Keys.isValid(key)).isFalse();
        assertRefused(() -> new DeviceId("lamp", key), "bad-key", "deviceKey must be");
    }

    @Test
    void aDeviceIsReadBackFromItsPath() {
        DeviceId device = new DeviceId("lamp", "kitchen");
        assertThat(device.path()).isEqualTo("lamp/kitchen");
        assertThat(DeviceId.ofPath("lamp/kitchen")).isEqualTo(device);
        assertRefused(() -> DeviceId.ofPath("lamp"), "bad-key", "a device is productKey/deviceKey, but was [lamp]");
        assertRefused(() -> DeviceId.ofPath("a/b/c"), "bad-key", "but was [b/c]");
    }

    @Test
    void devicesAreOrderedByPath() {
        assertThat(Stream.of("b/a", "a/b", "a-/a", "a/a").map(DeviceId::ofPath).sorted().toList())
                .isEqualTo(List.of(DeviceId.ofPath("a-/a"), DeviceId.ofPath("a/a"), DeviceId.ofPath("a/b"), DeviceId.ofPath("b/a")));
    }
}
