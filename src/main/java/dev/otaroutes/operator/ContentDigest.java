package dev.otaroutes.operator;

import dev.otaroutes.http.ProblemException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a {@code Content-Digest} header says about an upload (RFC 9530). Algorithms that we do not compute are passed over.
 *
 * @param hexByAlgorithm lower-case hexadecimal digits by {@code sha-256} and {@code md5}
 */
record ContentDigest(Map<String, String> hexByAlgorithm) {
    private static final Pattern MEMBER = Pattern.compile("([a-z0-9-]+)=:([A-Za-z0-9+/]*={0,2}):");

    /**
     * @param header null if absent
     * @throws ProblemException 400 if it is no dictionary of byte sequences
     */
    static ContentDigest parse(String header) {
        Map<String, String> digests = new LinkedHashMap<>();
        for (String member : header == null ? new String[0] : header.split(",", -1)) {
            Matcher matcher = MEMBER.matcher(member.strip());
            if (!matcher.matches()) {
                throw new ProblemException(400, "[Content-Digest] must be like sha-256=:<base64>:, but was [" + header + "]");
            }
            if (matcher.group(1).equals("sha-256") || matcher.group(1).equals("md5")) {
                digests.put(matcher.group(1), hex(header, matcher.group(2)));
            }
        }
        return new ContentDigest(digests);
    }

    /** @throws ProblemException 400 if the bytes that came have another digest */
    void check(String md5, String sha256) {
        compare("sha-256", sha256);
        compare("md5", md5);
    }

    private void compare(String algorithm, String actual) {
        String said = hexByAlgorithm.get(algorithm);
        if (said != null && !said.equals(actual)) {
            throw new ProblemException(400, "[Content-Digest] says " + algorithm + " [" + said + "], but the bytes that came have ["
                    + actual + "]; nothing was stored");
        }
    }

    private static String hex(String header, String base64) {
        try {
            return HexFormat.of().formatHex(Base64.getDecoder().decode(base64));
        } catch (IllegalArgumentException e) {
            throw new ProblemException(400, "[Content-Digest] holds no base64: [" + header + "]");
        }
    }
}
