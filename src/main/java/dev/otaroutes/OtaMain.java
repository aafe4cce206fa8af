package dev.otaroutes;

/** Starts OTA Routes. */
public final class OtaMain {
    private OtaMain() {
    }

    public static void main(String[] args) throws Exception {
        new org.apache.camel.main.Main().run(args);
    }
}
