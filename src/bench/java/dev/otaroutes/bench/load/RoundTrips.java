package dev.otaroutes.bench.load;

import java.util.List;

/** Each device informs once; it has arrived when its upgrade has. */
final class RoundTrips implements Traffic {
    private final List<DeviceConnection> connections;
    private int next;

    RoundTrips(List<DeviceConnection> connections) {
        this.connections = connections;
    }

    @Override
    public boolean send(long dueNanos) {
        int device = next / connections.size();
        DeviceConnection connection = connections.get(next % connections.size());
        if (device >= connection.devices()) {
            return false;
        }
        connection.inform(device, dueNanos);
        next++;
        return true;
    }

    @Override
    public void close() {
        connections.forEach(DeviceConnection::close);
    }
}
