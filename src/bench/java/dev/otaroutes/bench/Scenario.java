package dev.otaroutes.bench;

/** Something that servers are measured by. */
interface Scenario extends AutoCloseable {
    /** Measures each of its servers once, with fresh rows. */
    void round() throws Exception;

    @Override
    default void close() throws Exception {
    }

    static Scenario of(String name, BenchSettings settings, BenchSite site, Report report) {
        return switch (name) {
            case "round-trip", "progress" -> new DeviceScenario(name, settings, report::add);
            case "push" -> new PushScenario(settings, site, report::add);
            case "webhook" -> new WebhookScenario(settings, site, report::add);
            case "webhook-hang" -> new WebhookHangScenario(settings, site, report);
            case "download" -> new DownloadScenario(settings, site, report::add);
            case "fleet" -> new FleetScenario(settings, report::add);
            case "scale-out" -> new ScaleOutScenario(settings, site, report);
            case "overload" -> new OverloadScenario(settings, site, report);
            case "soak" -> new SoakScenario(settings, site, report);
            default -> throw new IllegalArgumentException("bench.scenarios has [" + name
                    + "]: round-trip, progress, push, webhook, webhook-hang, download, fleet, scale-out, overload, soak");
        };
    }
}
