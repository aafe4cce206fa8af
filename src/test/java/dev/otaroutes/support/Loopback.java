package dev.otaroutes.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Ports of this machine's loopback address; nothing in the tests reaches further. */
public final class Loopback {
    public static final String HOST = "127.0.0.1";

    private static final int CONNECT_MS = 1_000;
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private Loopback() {
    }

    /** A port that was free a moment ago, chosen by the operating system; another one each time, which the system alone does not see to. */
    public static int freePort() {
        int port;
        do {
            port = chosenPort();
        } while (!GIVEN.add(port));
        return port;
    }

    private static int chosenPort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether somebody accepts connections on the port now. */
    public static boolean accepts(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(HOST, port), CONNECT_MS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
