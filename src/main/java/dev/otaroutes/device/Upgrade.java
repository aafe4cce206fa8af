package dev.otaroutes.device;

import dev.otaroutes.message.Dialect;
import dev.otaroutes.message.UpgradePackage;
import java.util.Map;

/**
 * What the devices of one batch are told; only the message's number and a signed link differ from push to push.
 *
 * @param fileName of the package's one file
 * @param url      where the file is; null if it was uploaded and we serve it
 * @param tags     the batch's
 * @param overMqtt whether devices get the file in blocks over MQTT; we have it then
 */
record Upgrade(long batchId, Dialect dialect, long packageId, UpgradePackage contents, String fileName, String url,
               Map<String, String> tags, boolean overMqtt) {
}
