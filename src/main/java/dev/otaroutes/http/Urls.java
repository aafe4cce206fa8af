package dev.otaroutes.http;

import java.net.URI;
import java.net.URISyntaxException;

/** URLs as answers, events and logs may show them. */
public final class Urls {
    private Urls() {
    }

    /** @return the URL without what may be a secret in it: user and password, and the query, where CDNs have their signatures */
    public static String shown(String url) {
        try {
            URI uri = new URI(url);
            String authority = uri.getRawAuthority() == null ? "" : uri.getRawAuthority().replaceFirst("^.*@", "***@");
            return uri.getScheme() + "://" + authority + (uri.getRawPath() == null ? "" : uri.getRawPath())
                    + (uri.getRawQuery() == null ? "" : "?***");
        } catch (URISyntaxException notAUrl) {
            return "***";
        }
    }
}
