package dev.otaroutes.download;

import java.util.ArrayList;
import java.util.List;

/**
 * What a {@code Range} header asks for, against a file of a known size (RFC 9110 §14).
 *
 * @param ranges the ranges that lie in the file, as asked; empty: answer the whole file, or 416 if unsatisfiable
 * @param unsatisfiable the header was understood and nothing that it asks for lies in the file
 */
record ByteRanges(List<ByteRange> ranges, boolean unsatisfiable) {
    /** More ranges than this in one request are no download but an attack; they get the whole file. */
    static final int MAX_RANGES = 16;

    private static final ByteRanges WHOLE = new ByteRanges(List.of(), false);
    private static final String UNIT = "bytes=";

    /**
     * @param start first byte
     * @param end last byte, inclusive
     */
    record ByteRange(long start, long end) {
        long length() {
            return end - start + 1;
        }
    }

    /**
     * Reads the header. One that is absent, of another unit, malformed, of too many ranges or of more bytes than the file
     * has is ignored, as the RFC allows and clients expect: the answer then is the whole file.
     *
     * @param header null if absent
     * @param size bytes of the file
     */
    static ByteRanges parse(String header, long size) {
        if (header == null || !header.regionMatches(true, 0, UNIT, 0, UNIT.length())) {
            return WHOLE;
        }
        String[] parts = header.substring(UNIT.length()).split(",", -1);
        if (parts.length > MAX_RANGES) {
            return WHOLE;
        }
        List<ByteRange> ranges = new ArrayList<>(parts.length);
        for (String part : parts) {
            String spec = part.strip();
            if (!spec.matches("[0-9]+-[0-9]*|-[0-9]+")) {
                return WHOLE;
            }
            int dash = spec.indexOf('-');
            long first = number(spec.substring(0, dash));
            long last = number(spec.substring(dash + 1));
            if (first >= 0 && last >= 0 && first > last) {
                return WHOLE;
            }
            long start = first < 0 ? Math.max(0, size - last) : first;
            long end = first < 0 || last < 0 ? size - 1 : Math.min(last, size - 1);
            if (start <= end) {
                ranges.add(new ByteRange(start, end));
            }
        }
        if (ranges.stream().mapToLong(ByteRange::length).sum() > size) {
            return WHOLE;
        }
        return new ByteRanges(ranges, ranges.isEmpty());
    }

    /** -1 for absent; a number beyond every file stays beyond it. */
    private static long number(String digits) {
        if (digits.isEmpty()) {
            return -1;
        }
        return digits.length() > 18 ? Long.MAX_VALUE : Long.parseLong(digits);
    }
}
