package dev.otaroutes;

import dev.otaroutes.settings.RefusedSettingsException;
import dev.otaroutes.settings.Settings;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Looks at the ports before anything starts: the HTTP server only logs one that is in use and goes on without it. */
final class Ports {
    private final List<String> faults = new ArrayList<>();

    private Ports() {
    }

    /**
     * Checks that the ports this process will listen on are free, and chooses one where a setting is 0.
     *
     * @return the settings with the ports to use
     * @throws RefusedSettingsException with a line for each port that cannot be used
     */
    static Settings check(Settings settings) {
        Ports ports = new Ports();
        int http = ports.free("ota.http.port", "ota.http.host", settings);
        int broker = settings.embeddedBroker()
                ? ports.free("ota.mqtt.embedded-port", "ota.mqtt.embedded-host", settings)
                : settings.integer("ota.mqtt.embedded-port");
        if (!ports.faults.isEmpty()) {
            throw new RefusedSettingsException(ports.faults);
        }
        return settings.withPorts(http, broker);
    }

    private int free(String portName, String hostName, Settings settings) {
        String host = settings.get(hostName);
        int port = settings.integer(portName);
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            faults.add(hostName + " is [" + host + "]: no such host is known; set it to an address of this machine");
            return port;
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(address);
            return socket.getLocalPort();
        } catch (BindException taken) {
            faults.add(taken.getMessage() != null && taken.getMessage().contains("in use")
                    ? portName + " is [" + port + "]: already in use on " + host + "; stop the other program or set "
                            + portName + " to a free port"
                    : portName + " is [" + port + "] on " + host + ": cannot listen there (" + taken.getMessage()
                            + "); set " + hostName + " to an address of this machine and " + portName + " to a free port");
        } catch (IOException e) {
            faults.add(portName + " is [" + port + "] on " + host + ": cannot listen there (" + e.getMessage()
                    + "); set " + portName + " to a free port above 1023");
        }
        return port;
    }
}
