package dev.otaroutes.webhook;

import dev.otaroutes.event.EventTypes;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What an operator posts to make or change a subscription (api.md, Operator API), checked.
 *
 * @param format     null: {@code standard}
 * @param events     types or patterns, at least one
 * @param productKey null: the events of all products
 * @param secret     null: one is made, or the one there is stays
 * @param headers    sent with every delivery; null: none. Their values and the URL's path and query may have {@link Placeholders}
 */
public record SubscriptionRequest(String name, String url, String format, List<String> events, String productKey, String secret,
        Map<String, String> headers) {
    private static final int LONGEST_NAME = 128;
    private static final int LONGEST_URL = 2048;
    private static final int LONGEST_EVENTS = 1024;
    private static final Set<String> OURS = Set.of("webhook-id", "webhook-timestamp", "webhook-signature", "content-type");

    /** @throws IllegalArgumentException naming field and value of what cannot be used */
    public SubscriptionRequest {
        if (name == null || name.isBlank() || name.length() > LONGEST_NAME) {
            throw new IllegalArgumentException("name must have 1 to " + LONGEST_NAME + " characters, but was [" + name + "]");
        }
        checkUrl(url);
        format = format == null ? "standard" : format;
        if (!format.matches("[A-Za-z0-9_-]{1,64}")) {
            throw new IllegalArgumentException("format must be 1 to 64 characters of A-Z a-z 0-9 _ -, but was [" + format + "]");
        }
        if (events == null || events.isEmpty()) {
            throw new IllegalArgumentException("events must name at least one type, for example [task.*]");
        }
        events = events.stream().map(EventTypes::checkPattern).distinct().toList();
        if (String.join(",", events).length() > LONGEST_EVENTS) {
            throw new IllegalArgumentException("events must have at most " + LONGEST_EVENTS + " characters together, but has ["
                    + String.join(",", events).length() + "]");
        }
        if (secret != null) {
            WebhookSecret.parse(secret);
        }
        headers = headers == null ? Map.of() : Map.copyOf(headers);
        headers.forEach(SubscriptionRequest::checkHeader);
    }

    /** For logs: without what may be secret. */
    @Override
    public String toString() {
        return "webhook [" + name + "]";
    }

    private static void checkUrl(String url) {
        String text = url == null ? "" : url;
        if (!Placeholders.unknownIn(text).isEmpty()) {
            throw new IllegalArgumentException("url may have the placeholders " + Placeholders.ALL + ", but has [{"
                    + String.join("}, {", Placeholders.unknownIn(text)) + "}]");
        }
        if (text.matches("[A-Za-z]+://[^/?#]*\\{.*")) {
            throw new IllegalArgumentException("url may have placeholders in its path and query, but not in its host, which was [" + url + "]");
        }
        try {
            URI uri = new URI(Placeholders.replace(text, name -> "x"));
            String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
            if (uri.getHost() != null && url.length() <= LONGEST_URL && (scheme.equals("http") || scheme.equals("https"))
                    && uri.getUserInfo() == null) {
                return;
            }
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(urlRule(url), e);
        }
        throw new IllegalArgumentException(urlRule(url));
    }

    private static String urlRule(String url) {
        return "url must be absolute, http or https, without user and password, of at most " + LONGEST_URL
                + " characters, but was [" + url + "]";
    }

    private static void checkHeader(String name, String value) {
        if (OURS.contains(name.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("headers must not set [" + name + "]: the format and the signature do");
        }
        try {
            HttpRequest.newBuilder().header(name, value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("headers must be ones that a client may set, but one was [" + name + "]", e);
        }
        // The value itself may be a password.
        if (!Placeholders.unknownIn(value).isEmpty()) {
            throw new IllegalArgumentException("headers may have the placeholders " + Placeholders.ALL + ", but [" + name + "] has another one");
        }
    }
}
