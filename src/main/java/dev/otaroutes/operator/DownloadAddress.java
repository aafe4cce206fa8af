package dev.otaroutes.operator;

import dev.otaroutes.http.ProblemException;
import java.net.URI;

/**
 * Where devices download from, and whether they can (api.md, Settings, {@code ota.download.base-url}).
 *
 * @param baseUrl     what devices are told about files that are kept here; http or https
 * @param unreachable whether devices of the broker cannot reach it: it is loopback and the broker is not
 */
public record DownloadAddress(URI baseUrl, boolean unreachable) {
    /**
     * The protocol of a batch.
     *
     * @param posted {@code http}, {@code https} or null for whichever the file has
     * @throws ProblemException 409, if devices could not download the file, or not in that way
     */
    String protocol(OtaPackage.File file, String posted) {
        if (file.url() == null && unreachable) {
            throw new ProblemException(409, "ota.download.base-url is [" + baseUrl + "]: devices of another machine's broker"
                    + " cannot download from it; set it to an address at which they reach this service");
        }
        URI address = file.url() == null ? baseUrl : URI.create(file.url());
        if ("https".equals(posted) && !"https".equalsIgnoreCase(address.getScheme())) {
            throw new ProblemException(409, "protocol is [https], but " + (file.url() == null ? "ota.download.base-url" : "the file")
                    + " is at [" + address + "]");
        }
        return posted == null ? address.getScheme() : posted;
    }
}
