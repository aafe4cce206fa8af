package dev.otaroutes.rollout;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which devices a batch is for (domain.md, batch; api.md). Either those listed, or all that meet every condition.
 *
 * @param devices  keys, perhaps none; null where they are not listed
 * @param versions that a device must run one of; empty for any
 * @param tags     that a device must have; empty for none
 * @param percent  of the devices, the same ones for every batch and on every instance; null for all
 */
public record Selection(Set<String> devices, Set<String> versions, Map<String, String> tags, BigDecimal percent) {
    private static final int PERCENTILES = 10_000;

    /** @param json {@code select} as posted, already checked */
    public static Selection of(Map<String, ?> json) {
        return new Selection(json.containsKey("devices") ? texts(json.get("devices")) : null, texts(json.get("versions")), tags(json.get("tags")),
                json.get("percent") == null ? null : new BigDecimal(json.get("percent").toString()));
    }

    public boolean lists() {
        return devices != null;
    }

    /** @param device as a path; whether its tags fit is {@link #fits} */
    public boolean takes(String device, String version) {
        return (versions.isEmpty() || versions.contains(version))
                && (percent == null || BigDecimal.valueOf(percentile(device), 2).compareTo(percent) < 0);
    }

    /** @param own a device's tags */
    public boolean fits(Map<String, String> own) {
        return own.entrySet().containsAll(tags.entrySet());
    }

    /** @return hundredths of a percent, 0 to 9,999: spread evenly, whatever keys look like */
    private static int percentile(String device) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(device.getBytes(StandardCharsets.UTF_8));
            return Math.floorMod((hash[0] & 0xff) << 24 | (hash[1] & 0xff) << 16 | (hash[2] & 0xff) << 8 | hash[3] & 0xff, PERCENTILES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static Set<String> texts(Object json) {
        return json instanceof Collection<?> list ? list.stream().map(Object::toString).collect(Collectors.toCollection(TreeSet::new)) : Set.of();
    }

    private static Map<String, String> tags(Object json) {
        Map<String, String> tags = new LinkedHashMap<>();
        if (json instanceof Map<?, ?> map) {
            map.forEach((name, value) -> tags.put(name.toString(), value.toString()));
        }
        return tags;
    }
}
