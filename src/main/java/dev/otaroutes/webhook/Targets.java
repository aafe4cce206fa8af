package dev.otaroutes.webhook;

import dev.otaroutes.event.Event;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Makes of a subscription's URL and headers those for one event: fills {@link Placeholders}, and adds what the format asks for. */
final class Targets {
    private final BiFunction<String, String, Optional<String>> tokens;

    /** @param tokens finds a device's access token by product key and device key */
    Targets(BiFunction<String, String, Optional<String>> tokens) {
        this.tokens = tokens;
    }

    /**
     * @param headers of the format: they win over the subscription's, and a null leaves one of the subscription's out; null for none
     * @param query   parameters that the format adds to the URL; null for none
     * @throws IllegalArgumentException naming the placeholder that cannot be filled
     */
    Target of(Subscription webhook, Event event, Map<String, ?> headers, Map<String, ?> query) {
        String[] token = new String[1];
        UnaryOperator<String> values = name -> {
            String value = value(name, event);
            token[0] = name.equals(Placeholders.TOKEN) ? value : token[0];
            return value;
        };
        Map<String, String> filled = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        webhook.headers().forEach((name, value) -> {
            if (headers == null || !headers.keySet().stream().anyMatch(name::equalsIgnoreCase)) {
                filled.put(name, Placeholders.replace(value, placeholder -> printable(placeholder, values.apply(placeholder))));
            }
        });
        if (headers != null) {
            headers.forEach((name, value) -> {
                if (value != null) {
                    filled.put(name, value.toString());
                }
            });
        }
        String url = Placeholders.replace(webhook.url(), placeholder -> segment(placeholder, values.apply(placeholder)));
        return new Target(URI.create(query == null || query.isEmpty() ? url : withQuery(url, query)), filled, token[0]);
    }

    private String value(String name, Event event) {
        if (name.equals(Placeholders.PRODUCT_KEY)) {
            return event.productKey();
        }
        if (event.deviceKey() == null) {
            throw new IllegalArgumentException("{" + name + "} cannot be filled: an event of type [" + event.type() + "] has no device");
        }
        if (name.equals(Placeholders.DEVICE_KEY)) {
            return event.deviceKey();
        }
        return tokens.apply(event.productKey(), event.deviceKey()).orElseThrow(() -> new IllegalArgumentException("{" + name
                + "} cannot be filled: webhook/find-token.sql finds none for [" + event.productKey() + "/" + event.deviceKey() + "]"));
    }

    private static String printable(String name, String value) {
        if (!value.chars().allMatch(character -> character > ' ' && character <= '~')) {
            throw new IllegalArgumentException("{" + name + "} cannot be filled: its value has characters that no header may have");
        }
        return value;
    }

    private static String segment(String name, String value) {
        if (value.equals(".") || value.equals("..")) {
            throw new IllegalArgumentException("{" + name + "} cannot be filled: [" + value + "] is a step in a URL's path");
        }
        return encode(value);
    }

    private static String withQuery(String url, Map<String, ?> query) {
        String parameters = query.entrySet().stream().map(parameter -> encode(parameter.getKey()) + "=" + encode(String.valueOf(parameter.getValue())))
                .collect(Collectors.joining("&"));
        int fragment = url.indexOf('#');
        String base = fragment < 0 ? url : url.substring(0, fragment);
        return base + (base.indexOf('?') < 0 ? "?" : "&") + parameters;
    }

    /** @return as RFC 3986 has it: all but letters, digits and {@code - . _ ~} as percent and hex */
    static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20").replace("*", "%2A").replace("%7E", "~");
    }
}
