package dev.otaroutes.operator;

import dev.otaroutes.http.ProblemException;
import dev.otaroutes.http.Urls;
import java.net.URI;
import java.util.List;
import java.util.Locale;

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
     * @param posted {@code http}, {@code https}, {@code mqtt} or null for that of the files: https where all are
     * @throws ProblemException 409, if devices could not download one of the files, or not in that way
     */
    String protocol(List<OtaPackage.File> files, String posted) {
        if (MQTT.equals(posted)) {
            checkMqtt(files);
            return posted;
        }
        String found = "https";
        for (OtaPackage.File file : files) {
            if (file.url() == null && unreachable) {
                throw new ProblemException(409, "ota.download.base-url is [" + baseUrl + "]: devices of another machine's broker"
                        + " cannot download from it; set it to an address at which they reach this service");
            }
            String scheme = address(file).getScheme().toLowerCase(Locale.ROOT);
            if (posted != null && !posted.equals(scheme)) {
                throw new ProblemException(409, "protocol is [" + posted + "], but " + (file.url() == null ? "ota.download.base-url" : "the file")
                        + " is at [" + Urls.shown(address(file).toString()) + "]");
            }
            found = scheme.equals("https") ? found : scheme;
        }
        return found;
    }

    private URI address(OtaPackage.File file) {
        return file.url() == null ? baseUrl : URI.create(file.url());
    }

    private void checkMqtt(List<OtaPackage.File> files) {
        OtaPackage.File file = files.get(0);
        if (files.size() > 1) {
            throw new ProblemException(409, "protocol is [mqtt], which takes a package of one file, but this one has [" + files.size() + "]");
        }
        if (file.url() != null) {
            throw new ProblemException(409, "protocol is [mqtt], but file [" + file.name() + "] is at [" + Urls.shown(file.url())
                    + "]: only what is uploaded here can be sent in blocks");
        }
        if (file.size() > mqttMaxFileBytes) {
            throw new ProblemException(409, "protocol is [mqtt], but file [" + file.name() + "] has [" + file.size() + "] bytes, more than the "
                    + mqttMaxFileBytes + " of ota.download.mqtt-max-file-bytes");
        }
    }
}
