package dev.otaroutes.support;

/** How often an outage test repeats: a few times in every build ({@code ota.test.rounds}), as often as promised with {@code -Pfull}. */
public final class Rounds {
    private Rounds() {
    }

    /** @param promised rounds of the full count */
    public static int of(int promised) {
        return full() ? promised : Math.min(promised, Integer.getInteger("ota.test.rounds", 3));
    }

    public static boolean full() {
        return Boolean.getBoolean("ota.test.full");
    }
}
