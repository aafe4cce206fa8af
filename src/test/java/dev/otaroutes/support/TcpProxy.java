package dev.otaroutes.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A loopback proxy that can do what networks do: swallow bytes without a word, cut connections, refuse new ones. */
public final class TcpProxy implements AutoCloseable {
    private static final int CHUNK_BYTES = 16 * 1024;

    private final int target;
    private final ServerSocket listener;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private volatile boolean dropping;
    private volatile boolean refusing;

    /** @param target loopback port that bytes go to */
    public TcpProxy(int target) {
        this.target = target;
        try {
            listener = new ServerSocket(0, 50, InetAddress.getByName(Loopback.HOST));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start("accept", this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** @return how many connections there have been */
    public int accepted() {
        return accepted.get();
    }

    /** From now on bytes of both directions vanish; connections stay open and new ones are accepted. */
    public void dropBytes() {
        dropping = true;
    }

    /** Closes all connections, and every new one at once, until {@link #resume()}. */
    public void refuse() {
        refusing = true;
        cut();
    }

    /** Closes all connections; new ones are welcome. */
    public void cut() {
        open.forEach(TcpProxy::close);
    }

    /**
     * Passes bytes on again. Connections that lost bytes are cut: their streams have holes, which no network would show.
     */
    public void resume() {
        if (dropping) {
            cut();
        }
        dropping = false;
        refusing = false;
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cut();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                connect(listener.accept());
                accepted.incrementAndGet();
            } catch (IOException e) {
                // The listener was closed, or the target is away: then the client's connection is closed too.
                continue;
            }
        }
    }

    private void connect(Socket client) throws IOException {
        Socket server = null;
        if (!refusing) {
            try {
                server = new Socket(Loopback.HOST, target);
            } catch (IOException e) {
                close(client);
                throw e;
            }
        }
        if (server == null) {
            close(client);
            return;
        }
        Socket away = server;
        open.add(client);
        open.add(away);
        client.setTcpNoDelay(true);
        away.setTcpNoDelay(true);
        start("up", () -> copy(client, away));
        start("down", () -> copy(away, client));
    }

    private void copy(Socket from, Socket to) {
        byte[] chunk = new byte[CHUNK_BYTES];
        try (InputStream in = from.getInputStream(); OutputStream out = to.getOutputStream()) {
            for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
                if (!dropping) {
                    out.write(chunk, 0, length);
                }
            }
        } catch (IOException e) {
            // One side has gone; the other follows below.
            return;
        } finally {
            open.remove(from);
            close(from);
            close(to);
        }
    }

    private void start(String name, Runnable work) {
        Thread thread = new Thread(work, "proxy-" + name + "-" + target);
        thread.setDaemon(true);
        thread.start();
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
