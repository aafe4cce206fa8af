package dev.otaroutes.observe;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** As much of PromQL as it takes to find the metrics of an expression, with the labels that are asked of them. */
final class PromQl {
    private static final Pattern TOKEN = Pattern.compile(
            "\"(?:[^\"\\\\]|\\\\.)*\"|\\[[^]]*]|[a-zA-Z_:][a-zA-Z0-9_:]*|[0-9.]+|[<>=!]=|=~|!~|[-+*/<>=(){},]|\\s+");
    private static final Pattern RANGE = Pattern.compile("\\[([0-9]+[smhd]|\\$__rate_interval)]");
    private static final Set<String> GROUPS = Set.of("by", "without", "on", "ignoring");
    private static final Set<String> WORDS = Set.of("and", "or", "unless", "group_left", "group_right");
    private static final Set<String> FUNCTIONS = Set.of("sum", "max", "min", "rate", "increase", "histogram_quantile", "max_over_time", "absent");

    private final Map<String, Set<String>> metrics = new TreeMap<>();
    private final Set<String> grouped = new TreeSet<>();
    private final Deque<String> open = new ArrayDeque<>();
    private String metric;
    private boolean labels;
    private boolean groupNext;

    private PromQl() {
    }

    /**
     * @return by metric, the labels that the expression names: in a selector of the metric, or grouping anything
     * @throws IllegalArgumentException if it is none that this understands
     */
    static Map<String, Set<String>> metrics(String expression) {
        PromQl parser = new PromQl();
        Matcher tokens = TOKEN.matcher(expression);
        int end = 0;
        while (tokens.find()) {
            require(tokens.start() == end, "[" + expression.substring(end, tokens.start()) + "] is not understood in " + expression);
            end = tokens.end();
            if (!tokens.group().isBlank()) {
                parser.token(tokens.group(), expression.substring(end).stripLeading(), expression);
            }
        }
        require(end == expression.length() && parser.open.isEmpty(), "something is left open in " + expression);
        require(!parser.metrics.isEmpty(), "there is no metric in " + expression);
        parser.metrics.values().forEach(of -> of.addAll(parser.grouped));
        return parser.metrics;
    }

    private void token(String token, String rest, String expression) {
        switch (token) {
            case "(", "{" -> {
                open.push(token);
                labels = token.equals("{") || groupNext;
            }
            case ")", "}" -> {
                require(!open.isEmpty() && open.pop().equals(token.equals(")") ? "(" : "{"), "[" + token + "] closes nothing in " + expression);
                labels = false;
            }
            default -> {
                if (token.startsWith("[")) {
                    require(RANGE.matcher(token).matches(), token + " is no range in " + expression);
                } else if (Character.isLetter(token.charAt(0)) || token.charAt(0) == '_') {
                    word(token, rest, expression);
                }
            }
        }
        groupNext = GROUPS.contains(token);
    }

    private void word(String word, String rest, String expression) {
        if (labels) {
            (open.peek().equals("{") ? metrics.get(metric) : grouped).add(word);
        } else if (rest.startsWith("(") && !GROUPS.contains(word) && !WORDS.contains(word) || FUNCTIONS.contains(word)) {
            require(FUNCTIONS.contains(word), "function [" + word + "] is not known in " + expression);
        } else if (!GROUPS.contains(word) && !WORDS.contains(word)) {
            metric = word;
            metrics.computeIfAbsent(word, none -> new TreeSet<>());
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
