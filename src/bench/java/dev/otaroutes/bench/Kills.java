package dev.otaroutes.bench;

import dev.otaroutes.support.OtaProcess;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Ends the broker, the database or an instance of ours, one at a time, and starts it again after a moment. Each has its turn before one of
 * them has its next; order and times are random, and the same again with the same seed.
 */
final class Kills {
    private enum Victim { BROKER, DATABASE, INSTANCE }

    private static final double SHORTEST_PAUSE_SECONDS = 20;
    private static final double LONGEST_PAUSE_SECONDS = 40;
    private static final int MOST_MILLIS_AWAY = 3_000;

    private final Map<Victim, Integer> killed = new EnumMap<>(Victim.class);
    private final Deque<Victim> next = new ArrayDeque<>();
    private final Random random;
    private final BenchSite site;
    private final OtaProcess instance;

    Kills(long seed, BenchSite site, OtaProcess instance) {
        this.random = new Random(seed);
        this.site = site;
        this.instance = instance;
    }

    /** @param part of the usual length, for short runs */
    long pauseNanos(double part) {
        double seconds = SHORTEST_PAUSE_SECONDS + random.nextDouble() * (LONGEST_PAUSE_SECONDS - SHORTEST_PAUSE_SECONDS);
        return (long) (seconds * part * TimeUnit.SECONDS.toNanos(1));
    }

    /** Returns when what was killed serves again. */
    void kill() throws InterruptedException {
        if (next.isEmpty()) {
            List<Victim> order = Arrays.asList(Victim.values());
            Collections.shuffle(order, random);
            next.addAll(order);
        }
        Victim victim = next.poll();
        end(victim);
        TimeUnit.MILLISECONDS.sleep(random.nextInt(MOST_MILLIS_AWAY));
        start(victim);
        killed.merge(victim, 1, Integer::sum);
    }

    private void end(Victim victim) {
        switch (victim) {
            // SIGTERM: killed, Mosquitto would forget what it had not saved, and acknowledged informs with it.
            case BROKER -> site.broker().terminate();
            case DATABASE -> site.database().kill();
            case INSTANCE -> instance.kill();
        }
    }

    private void start(Victim victim) {
        switch (victim) {
            case BROKER -> site.broker().start();
            case DATABASE -> site.database().start();
            case INSTANCE -> instance.start().awaitReady();
        }
    }

    /** @return how often each was killed */
    @Override
    public String toString() {
        return killed.toString().toLowerCase(Locale.ROOT);
    }
}
