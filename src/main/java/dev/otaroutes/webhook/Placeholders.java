package dev.otaroutes.webhook;

import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What stands for something of the event in a subscription's URL and header values: {@code {productKey}}, {@code {deviceKey}}
 * and {@code {token}}. Other braces are text.
 */
final class Placeholders {
    static final String PRODUCT_KEY = "productKey";
    static final String DEVICE_KEY = "deviceKey";
    static final String TOKEN = "token";
    /** For messages. */
    static final String ALL = "{" + PRODUCT_KEY + "}, {" + DEVICE_KEY + "}, {" + TOKEN + "}";

    private static final Set<String> KNOWN = Set.of(PRODUCT_KEY, DEVICE_KEY, TOKEN);
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([A-Za-z][A-Za-z0-9_.-]*)}");

    private Placeholders() {
    }

    /** @return those that there are not, in order */
    static Set<String> unknownIn(String text) {
        return PLACEHOLDER.matcher(text).results().map(found -> found.group(1)).filter(name -> !KNOWN.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** @param valueOf takes the name of a placeholder */
    static String replace(String text, UnaryOperator<String> valueOf) {
        return text.indexOf('{') < 0 ? text
                : PLACEHOLDER.matcher(text).replaceAll((MatchResult found) -> Matcher.quoteReplacement(valueOf.apply(found.group(1))));
    }
}
