package dev.otaroutes.message;

import java.util.Locale;

/** Which devices a product has: what they need to find in an upgrade (protocol.md §3). */
public enum Dialect {
    /** SagooIOT's own devices, as the seed documents them. */
    SAGOO("200"),
    /** Devices with one of Alibaba Cloud's SDKs. */
    ALIBABA("1000");

    private final String successCode;

    Dialect(String successCode) {
        this.successCode = successCode;
    }

    /** {@code sagoo} or {@code alibaba}: in the API and in the tables. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException if no dialect has that name */
    public static Dialect ofWireName(String name) {
        for (Dialect dialect : values()) {
            if (dialect.wireName().equals(name)) {
                return dialect;
            }
        }
        throw new IllegalArgumentException("dialect must be sagoo or alibaba, but was [" + name + "]");
    }

    /**
     * {@code signMethod} as these devices know it: Alibaba's C SDK takes {@code Md5} in this spelling only, and ignores an upgrade with another.
     */
    String wireName(SignMethod method) {
        return this == ALIBABA && method == SignMethod.MD5 ? "Md5" : method.name();
    }

    /** Whether these devices download what an address redirects to: Alibaba's C SDK takes an answer other than 200 and 206 for a failure. */
    public boolean followsRedirects() {
        return this != ALIBABA;
    }

    /** The {@code code} by which these devices know that an upgrade is in the message. */
    String successCode() {
        return successCode;
    }
}
