package dev.otaroutes.device;

import dev.otaroutes.message.Dialect;
import dev.otaroutes.message.UpgradePackage;
import java.util.Map;

/**
 * What the devices of one batch are told; only the message's number and signed links differ from push to push.
 *
 * @param tags     the batch's
 * @param overMqtt whether devices get the one file in blocks over MQTT; we have it then
 */
record Upgrade(long batchId, Dialect dialect, long packageId, UpgradePackage contents, Map<String, String> tags, boolean overMqtt) {
}
