package dev.otaroutes.operator;

import dev.otaroutes.http.ProblemException;
import java.net.URI;
import java.util.List;

/**
 * Where devices download from, and whether they can (api.md, Settings, {@code ota.download.base-url}).
 *
 * @param baseUrl     what devices are told about files that are kept here; http or https
 * @param unreachable whether devices of the broker cannot reach it: it is loopback and the broker is not
 * @param mqttMaxFileBytes longest file of a batch that is downloaded over MQTT ({@code ota.download.mqtt-max-file-bytes})
 */
public record DownloadAddress(URI baseUrl, boolean unreachable, long mqttMaxFileBytes) {
    private static final String MQTT = "mqtt";

    /**
     * The protocol of a batch.
     *
     * @param files  of its package, one at least
     * @param posted {@code http}, {@code https}, {@code mqtt} or null for whichever of the first two the file has
     * @throws ProblemException 409, if devices could not download the file, or not in that way
     */
    String protocol(List<OtaPackage.File> files, String posted) {
        OtaPackage.File file = files.get(0);
        if (MQTT.equals(posted)) {
            checkMqtt(files);
            return posted;
        }
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

    private void checkMqtt(List<OtaPackage.File> files) {
        OtaPackage.File file = files.get(0);
        if (files.size() > 1) {
            throw new ProblemException(409, "protocol is [mqtt], which takes a package of one file, but this one has [" + files.size() + "]");
        }
        if (file.url() != null) {
            throw new ProblemException(409, "protocol is [mqtt], but file [" + file.name() + "] is at [" + file.url()
                    + "]: only what is uploaded here can be sent in blocks");
        }
        if (file.size() > mqttMaxFileBytes) {
            throw new ProblemException(409, "protocol is [mqtt], but file [" + file.name() + "] has [" + file.size() + "] bytes, more than the "
                    + mqttMaxFileBytes + " of ota.download.mqtt-max-file-bytes");
        }
    }
}
