package dev.otaroutes;

import java.util.List;

/** What a newcomer may try after the demo. */
final class NextSteps {
    private final String api;
    private final String curl;

    /** @param keys whether the operator API asks for a key */
    NextSteps(String server, boolean keys) {
        api = server + "/api/v1";
        curl = keys ? "curl -H \"Authorization: Bearer $KEY\"" : "curl";
    }

    List<String> lines(String batch) {
        return List.of("",
                "What next? The lamps stay, so that you can",
                "  see how each of them fared:   " + curl + " " + api + "/batches/" + batch + "/tasks",
                "  see how the upgrade went:     " + curl + " '" + api + "/results/success?batchId=" + batch + "'",
                "  see which versions run:       " + curl + " '" + api + "/results/versions?productKey=demo-lamp'",
                "  upgrade them again, with any file:",
                "    ID=$(" + curl + " -s -H 'Content-Type: application/json' -d '{\"productKey\":\"demo-lamp\",\"version\":\"1.0.2\"}' " + api
                        + "/packages | tr -dc '0-9\\n,' | cut -d, -f1)",
                "    " + curl + " -T README.md " + api + "/packages/$ID/files/firmware.bin",
                "    " + curl + " -H 'Content-Type: application/json' -d '{\"select\":{\"all\":true}}' " + api + "/packages/$ID/batches",
                "  change the flow:              edit a file in routes/, its routes change at once",
                "  connect what is yours:        broker, database, API keys: application.properties",
                "                                (or only turn the demo off there: ota.demo.enabled = false)",
                "Everything is kept in ./data; Ctrl-C stops.");
    }
}
