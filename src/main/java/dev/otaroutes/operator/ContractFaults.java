package dev.otaroutes.operator;

import com.atlassian.oai.validator.report.ValidationReport;
import com.atlassian.oai.validator.report.ValidationReport.Message;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Puts what the validator found into words that name the field and the value ({@code api.md}, Operator API). */
final class ContractFaults {
    private static final int MOST_FAULTS = 5;
    private static final int LONGEST_VALUE = 100;
    private static final Pattern QUOTED = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern TO_LAST_QUOTE = Pattern.compile("\".*\"", Pattern.DOTALL);
    private static final Pattern POINTER_PREFIX = Pattern.compile("^\\[Path '[^']*'] ");
    private static final Pattern EXPECTED = Pattern.compile("(?:allowed|possible values): (\\[.*])\\)$");
    private static final Pattern REGEX = Pattern.compile("^ECMA 262 regex \"(.*)\" does not match input string \"", Pattern.DOTALL);

    /** What may be a secret is not sent back: answers of a call end up in the logs of those who make it. */
    private static final Pattern SECRET = Pattern.compile("secret|secretKey|headers(\\..*)?");

    private final JsonNode body;
    private final Map<String, String> parameters;

    /**
     * @param body null if there is none
     * @param parameters of path and query, decoded
     */
    ContractFaults(JsonNode body, Map<String, String> parameters) {
        this.body = body;
        this.parameters = parameters;
    }

    String describe(ValidationReport report) {
        return report.getMessages().stream()
                .filter(message -> message.getLevel() == ValidationReport.Level.ERROR)
                .map(this::describe)
                .distinct()
                .limit(MOST_FAULTS)
                .collect(Collectors.joining("; "));
    }

    private String describe(Message message) {
        String keyword = message.getKey().substring(message.getKey().lastIndexOf('.') + 1);
        String text = POINTER_PREFIX.matcher(message.getMessage()).replaceFirst("");
        String parameter = message.getContext().flatMap(context -> context.getParameter()).map(p -> p.getName()).orElse(null);
        String pointer = message.getContext().flatMap(context -> context.getPointers()).map(p -> p.getInstance()).orElse("");
        String field = parameter != null ? parameter : field(pointer);
        boolean secret = parameter == null && SECRET.matcher(field).matches();
        String value = parameter != null ? parameters.getOrDefault(parameter, "") : secret ? "***" : value(pointer);
        String subject = field.isEmpty() ? "the body" : "[" + field + "]";
        return switch (keyword) {
            case "additionalProperties" -> names(text).stream()
                    .map(name -> "[" + join(field, name) + "] is not a field of this call").collect(Collectors.joining("; "));
            case "required" -> names(text).stream()
                    .map(name -> "[" + join(field, name) + "] is missing").collect(Collectors.joining("; "));
            case "type" -> subject + " must be " + names(first(EXPECTED, text)).stream().collect(Collectors.joining(" or "))
                    + ", but was [" + value + "]";
            case "enum" -> subject + " must be one of " + first(EXPECTED, text).replace("\"", "") + ", but was [" + value + "]";
            case "pattern" -> subject + " must match " + first(REGEX, text) + ", but was [" + value + "]";
            case "unexpected" -> parameter == null ? "this call takes no body"
                    : "[" + parameter + "] is not a parameter of this call, but was [" + value + "]";
            case "missing" -> parameter == null ? "this call needs a body" : "[" + parameter + "] is missing";
            // The validator's own words have the value in them, too.
            default -> subject + " is [" + value + "]: " + (secret ? TO_LAST_QUOTE.matcher(text).replaceFirst("***") : text);
        };
    }

    private String value(String pointer) {
        if (body == null || pointer.isEmpty()) {
            return "";
        }
        JsonNode node = pointer.equals("/") ? body : body.at(pointer);
        String value = node.isTextual() ? node.textValue() : node.toString();
        return value.length() > LONGEST_VALUE ? value.substring(0, LONGEST_VALUE) + "…" : value;
    }

    /** {@code /files/0/size} is {@code files.0.size}. */
    private static String field(String pointer) {
        return pointer.replaceFirst("^/", "").replace('/', '.').replace("~1", "/").replace("~0", "~");
    }

    private static String join(String field, String name) {
        return field.isEmpty() ? name : field + "." + name;
    }

    private static List<String> names(String text) {
        return QUOTED.matcher(text).results().map(match -> match.group(1)).toList();
    }

    private static String first(Pattern pattern, String text) {
        return pattern.matcher(text).results().map((MatchResult match) -> match.group(1)).findFirst().orElse(text);
    }
}
