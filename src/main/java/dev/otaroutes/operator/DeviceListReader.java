package dev.otaroutes.operator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ObjLongConsumer;

/**
 * Reads a list of devices as its bytes come, in UTF-8: CSV (RFC 4180) or JSON lines. Holds one line at a time. A line that cannot be read is a
 * problem of its own, and the next one is read all the same; blank lines are passed over.
 * <p>
 * CSV: where the first line has a field {@code deviceKey}, that is the column of the keys; else every line has one field. JSON: a text, or an object
 * with a {@code deviceKey}.
 */
final class DeviceListReader {
    static final String CSV = "text/csv";
    /** What a list's {@code Content-Type} may be: no web page can send one without asking first. */
    static final List<String> TYPES = List.of(CSV, "application/x-ndjson", "application/jsonl");
    /** A device key is shorter by far. */
    static final int MAX_LINE_BYTES = 4_096;

    private static final String HEADER = "deviceKey";
    private static final String BYTE_ORDER_MARK = "\uFEFF";
    private static final JsonMapper JSON = JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private final boolean csv;
    private final ObjLongConsumer<String> keys;
    private final ObjLongConsumer<String> problems;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(MAX_LINE_BYTES);
    private boolean quoted;
    private boolean tooLong;
    private boolean begun;
    private int column = -1;
    private long number = 1;
    private long startedAt = 1;

    /**
     * @param type     one of {@link #TYPES}
     * @param keys     hears each key, whatever it looks like, and its line, from 1
     * @param problems hears what is wrong with a line, and which
     */
    DeviceListReader(String type, ObjLongConsumer<String> keys, ObjLongConsumer<String> problems) {
        this.csv = type.equals(CSV);
        this.keys = keys;
        this.problems = problems;
    }

    void read(byte[] bytes) {
        for (byte b : bytes) {
            if (csv && b == '"' && !tooLong) {
                quoted = !quoted;
            }
            if (b != '\n') {
                keep(b);
                continue;
            }
            number++;
            if (quoted) {
                keep(b);
            } else {
                endLine();
            }
        }
    }

    /** There are no more bytes. */
    void end() {
        if (line.size() > 0 || tooLong) {
            endLine();
        }
    }

    private void keep(byte b) {
        if (line.size() == MAX_LINE_BYTES) {
            // Behind a quote that nobody closed the rest would be one line.
            tooLong = true;
            quoted = false;
        } else if (!tooLong) {
            line.write(b);
        }
    }

    private void endLine() {
        byte[] bytes = line.toByteArray();
        boolean cut = tooLong;
        long at = startedAt;
        line.reset();
        tooLong = false;
        quoted = false;
        startedAt = number;
        if (cut) {
            begun = true;
            problems.accept("the line has more than " + MAX_LINE_BYTES + " bytes", at);
            return;
        }
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            text = !begun && text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
            text = text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
            if (!text.isBlank()) {
                readLine(text, at);
            }
        } catch (CharacterCodingException e) {
            problems.accept("the line is not UTF-8", at);
        } catch (UnreadableException e) {
            problems.accept(e.getMessage(), at);
        }
        begun = true;
    }

    private void readLine(String text, long at) throws UnreadableException {
        if (!csv) {
            keys.accept(jsonKey(text), at);
            return;
        }
        List<String> fields = fields(text);
        if (!begun && fields.contains(HEADER)) {
            column = fields.indexOf(HEADER);
            return;
        }
        if (column < 0 && fields.size() > 1) {
            throw new UnreadableException("the line has " + fields.size() + " fields, but the list has no header line with [" + HEADER + "]");
        }
        if (column >= fields.size()) {
            throw new UnreadableException("the line has " + fields.size() + " fields, and [" + HEADER + "] is field " + (column + 1));
        }
        keys.accept(fields.get(Math.max(0, column)), at);
    }

    private static String jsonKey(String text) throws UnreadableException {
        try {
            JsonNode json = JSON.readTree(text);
            JsonNode key = json.isObject() ? json.path(HEADER) : json;
            if (!key.isTextual()) {
                throw new UnreadableException("the line must be a text or an object with a text [" + HEADER + "]");
            }
            return key.textValue();
        } catch (JsonProcessingException e) {
            throw new UnreadableException("the line is not JSON");
        }
    }

    private static List<String> fields(String text) throws UnreadableException {
        List<String> fields = new ArrayList<>();
        int at = 0;
        do {
            StringBuilder field = new StringBuilder();
            if (at < text.length() && text.charAt(at) == '"') {
                at = unquote(text, at + 1, field);
            } else {
                while (at < text.length() && text.charAt(at) != ',') {
                    if (text.charAt(at) == '"') {
                        throw new UnreadableException("the line has a quote inside a field that has none around it");
                    }
                    field.append(text.charAt(at++));
                }
            }
            fields.add(field.toString());
        } while (at++ < text.length());
        return fields;
    }

    /** @return where the field has ended: at a comma, or the end */
    private static int unquote(String text, int from, StringBuilder field) throws UnreadableException {
        int at = from;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c != '"') {
                field.append(c);
            } else if (at < text.length() && text.charAt(at) == '"') {
                field.append('"');
                at++;
            } else if (at == text.length() || text.charAt(at) == ',') {
                return at;
            } else {
                throw new UnreadableException("the line has something behind a closing quote");
            }
        }
        throw new UnreadableException("the line has a quote that is not closed");
    }

    /** What is wrong with a line. Nobody looks at its stack. */
    private static final class UnreadableException extends Exception {
        private static final long serialVersionUID = 1L;

        private UnreadableException(String message) {
            super(message, null, false, false);
        }
    }
}
