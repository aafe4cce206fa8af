package dev.otaroutes.message;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who came online (protocol.md §9): SagooIOT says it in its northbound envelope, EMQX as an event about a client. The keys come from
 * the payload, so only a topic that nobody but the platform or the broker may write is to be trusted with it.
 */
public final class OnlineHint {
    private final Pattern clients;

    /** @param clients finds the groups {@code productKey} and {@code deviceKey} in {@code <clientid> <username>}, if the client is a device */
    public OnlineHint(Pattern clients) {
        this.clients = clients;
    }

    /**
     * @param json the payload as it came
     * @return null if it is about a client that is no device
     * @throws RefusedMessageException {@code too-large}, {@code not-json}, {@code not-an-object} or {@code bad-key}
     */
    public DeviceId device(byte[] json) {
        JsonNode hint = DeviceJson.root(json);
        if (!hint.has("clientid")) {
            return new DeviceId(hint.path("productKey").textValue(), hint.path("deviceKey").textValue());
        }
        Matcher client = clients.matcher(hint.path("clientid").asText() + " " + hint.path("username").asText());
        return client.matches() ? new DeviceId(client.group("productKey"), client.group("deviceKey")) : null;
    }
}
