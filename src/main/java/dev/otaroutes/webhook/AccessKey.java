package dev.otaroutes.webhook;

import dev.otaroutes.message.AccessSignature;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.Exchange;
import org.apache.camel.Variable;

/** Signs a post for a platform that knows its callers by access key and secret key, as SagooIOT does (protocol.md §7). */
public final class AccessKey {
    private static final String ACCESS_KEY = "ak";
    private static final String SECRET_KEY = "sk";

    private final Clock clock;

    AccessKey(Clock clock) {
        this.clock = clock;
    }

    /**
     * Where the subscription has the headers {@code ak} and {@code sk}: these are not sent, and the URL gets {@code ak}, {@code time}
     * and {@code sign}. Without either nothing is changed.
     *
     * @throws IllegalArgumentException if it has one of them alone
     */
    public void sign(@Variable("webhook") Subscription webhook, Exchange exchange) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.putAll(webhook.headers());
        String accessKey = headers.get(ACCESS_KEY);
        String secretKey = headers.get(SECRET_KEY);
        if (accessKey == null && secretKey == null) {
            return;
        }
        if (accessKey == null || secretKey == null) {
            throw new IllegalArgumentException("the subscription must have both headers [" + ACCESS_KEY + "] and [" + SECRET_KEY + "], or neither");
        }
        String time = Long.toString(clock.instant().getEpochSecond());
        Map<String, Object> unsent = new TreeMap<>();
        unsent.put(ACCESS_KEY, null);
        unsent.put(SECRET_KEY, null);
        exchange.setVariable("headers", unsent);
        exchange.setVariable("query", new TreeMap<>(Map.of(ACCESS_KEY, accessKey, "time", time,
                "sign", AccessSignature.of(accessKey, time, secretKey))));
    }
}
