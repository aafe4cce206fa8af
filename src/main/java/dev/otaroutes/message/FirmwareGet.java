package dev.otaroutes.message;

/**
 * A device asks for the package that waits for it (protocol.md §5).
 *
 * @param id     the request's, to be echoed, at most 64 code points; null when it sent none
 * @param numericId whether it sent the id as a number
 * @param module {@code default} when the device named none
 */
public record FirmwareGet(String id, boolean numericId, String module) {

    /**
     * @param json the payload as it came
     * @throws RefusedMessageException {@code too-large}, {@code not-json}, {@code not-an-object}, {@code bad-id} or
     *                                 {@code bad-key} (the module)
     */
    public static FirmwareGet parse(byte[] json) {
        DeviceJson message = DeviceJson.parse(json);
        return new FirmwareGet(message.id(), message.numericId(), message.module());
    }
}
