package dev.otaroutes.settings;

import java.util.Locale;
import java.util.Objects;

/**
 * One {@code ota.*} setting: its name, what it is when nobody sets it, and which values it takes (api.md, Settings).
 *
 * @param name         as written in application.properties, such as {@code ota.http.port}
 * @param defaultValue what an absent or empty value means; empty where there is nothing to assume
 * @param rule         which values it takes
 * @param secret       true when the value must never be printed
 */
record Setting(String name, String defaultValue, Rule rule, boolean secret) {
    /** Which values a setting takes. */
    @FunctionalInterface
    interface Rule {
        /**
         * Says what is wrong with a value.
         *
         * @param value not empty, without surrounding white space
         * @return the rule that the value breaks, to follow "… is [value]: ", or null when the value is good
         */
        String broken(String value);
    }

    Setting {
        Objects.requireNonNull(name);
        Objects.requireNonNull(defaultValue);
        Objects.requireNonNull(rule);
    }

    Setting(String name, String defaultValue, Rule rule) {
        this(name, defaultValue, rule, false);
    }

    static Setting secret(String name, Rule rule) {
        return new Setting(name, "", rule, true);
    }

    /** @return the environment variable that overrides this setting: {@code OTA_HTTP_PORT} for {@code ota.http.port} */
    String environmentVariable() {
        return name.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
    }

    /** @return the value in brackets as a message may show it */
    String shown(String value) {
        return secret ? "[***]" : "[" + value + "]";
    }
}
