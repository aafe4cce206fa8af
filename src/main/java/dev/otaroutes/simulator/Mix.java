package dev.otaroutes.simulator;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * How many devices have which mishap, in percent of all; the others have none. Which ones is decided by the seed and the device's key
 * alone, so that a device fares the same in every run.
 */
record Mix(Map<Mishap, Double> percents) {
    private static final double ALL = 100;
    /** Spreads keys that differ by little over all seeds. */
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    /**
     * @param text {@code download=1,flash=0.5}, the names being those of {@link Mishap}; empty for no mishaps
     * @throws IllegalArgumentException if it is anything else, or more than 100 % in all
     */
    static Mix parse(String text) {
        Map<Mishap, Double> percents = new EnumMap<>(Mishap.class);
        for (String part : text.isEmpty() ? new String[0] : text.split(",")) {
            String[] pair = part.split("=", 2);
            percents.put(mishap(pair[0]), percent(part, pair.length == 2 ? pair[1] : ""));
        }
        double sum = percents.values().stream().mapToDouble(Double::doubleValue).sum();
        if (sum > ALL) {
            throw new IllegalArgumentException("may be 100 percent in all, but was [" + text + "]");
        }
        return new Mix(percents);
    }

    private static Mishap mishap(String name) {
        return Arrays.stream(Mishap.values()).filter(mishap -> mishap != Mishap.NONE && mishap.text().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("knows [" + Arrays.stream(Mishap.values()).filter(mishap -> mishap != Mishap.NONE)
                        .map(Mishap::text).collect(Collectors.joining(", ")) + "], but not [" + name + "]"));
    }

    private static double percent(String part, String text) {
        try {
            double percent = Double.parseDouble(text);
            if (percent >= 0 && percent <= ALL) {
                return percent;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new IllegalArgumentException("must be <what>=<0 to 100>, separated by commas, but was [" + part + "]");
    }

    Mishap of(long seed, String deviceKey) {
        double at = new SplittableRandom(seed * SPREAD + deviceKey.hashCode()).nextDouble() * ALL;
        for (Map.Entry<Mishap, Double> share : percents.entrySet()) {
            at -= share.getValue();
            if (at < 0) {
                return share.getKey();
            }
        }
        return Mishap.NONE;
    }
}
