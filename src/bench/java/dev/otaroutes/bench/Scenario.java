package dev.otaroutes.bench;

import java.util.function.Consumer;

/** Something that servers are measured by. */
interface Scenario {
    /** Measures each of its servers once, on a fresh broker and with fresh rows. */
    void round() throws Exception;

    static Scenario of(String name, BenchSettings settings, BenchSite site, Consumer<Measurement> measured) {
        return switch (name) {
            case "round-trip", "progress" -> new DeviceScenario(name, settings, site, measured);
            case "push" -> new PushScenario(settings, site, measured);
            case "webhook" -> new WebhookScenario(settings, site, measured);
            case "download" -> new DownloadScenario(settings, site, measured);
            default -> throw new IllegalArgumentException("bench.scenarios has [" + name + "]: round-trip, progress, push, webhook, download");
        };
    }
}
