package dev.otaroutes.message;

/**
 * A progress as the device HTTP API takes it: the device is in the body (protocol.md §7).
 *
 * @param deviceKey of the product that the access key belongs to
 */
public record HttpProgress(String deviceKey, Progress progress) {

    /**
     * @param json the body as it came
     * @throws RefusedMessageException as {@link Progress#parse}; {@code bad-key} also for the deviceKey
     */
    public static HttpProgress parse(byte[] json) {
        return new HttpProgress(Keys.check("params.deviceKey", DeviceJson.parse(json).string("deviceKey", "bad-key")), Progress.parse(json));
    }
}
