package dev.otaroutes.webhook;

import java.net.URI;
import java.util.Map;

/**
 * Where and with which headers one event is posted.
 *
 * @param headers compared without regard to case; to be added to
 * @param token   the device's access token, if URL or headers have it; else null
 */
record Target(URI url, Map<String, String> headers, String token) {
    private static final String HIDDEN = "{" + Placeholders.TOKEN + "}";

    /** @return the text without the token: receivers say in errors which path they were asked for */
    String hideToken(String text) {
        return token == null ? text : text.replace(Targets.encode(token), HIDDEN).replace(token, HIDDEN);
    }

    /** For logs: without what may be secret. */
    @Override
    public String toString() {
        return "target";
    }
}
