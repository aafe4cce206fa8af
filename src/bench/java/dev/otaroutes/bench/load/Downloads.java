package dev.otaroutes.bench.load;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Clients that download one file over and over, each on a connection of its own. Says {@code result <bytes a second>}. */
public final class Downloads {
    private static final int BUFFER = 256 * 1024;

    private Downloads() {
    }

    public static void main(String[] args) throws InterruptedException {
        URI url = URI.create(System.getProperty("bench.url"));
        AtomicLong bytes = new AtomicLong();
        AtomicBoolean enough = new AtomicBoolean();
        for (int i = 0; i < Integer.getInteger("bench.clients"); i++) {
            Thread client = new Thread(() -> {
                while (!enough.get()) {
                    download(url, bytes, enough);
                }
            });
            client.setDaemon(true);
            client.start();
        }
        Thread.sleep(Long.getLong("bench.warmup") * 1_000);
        System.out.println("begin");
        long before = bytes.get();
        long begin = System.nanoTime();
        Thread.sleep(Long.getLong("bench.seconds") * 1_000);
        double perSecond = (bytes.get() - before) * 1e9 / (System.nanoTime() - begin);
        System.out.println("end");
        enough.set(true);
        System.out.println("result " + perSecond);
    }

    private static void download(URI url, AtomicLong bytes, AtomicBoolean enough) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(url.getHost(), url.getPort()));
            socket.getOutputStream().write(("GET " + url.getRawPath() + (url.getRawQuery() == null ? "" : "?" + url.getRawQuery())
                    + " HTTP/1.1\r\nHost: " + url.getHost() + ":" + url.getPort() + "\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            byte[] buffer = new byte[BUFFER];
            for (int read = in.read(buffer); read >= 0 && !enough.get(); read = in.read(buffer)) {
                bytes.addAndGet(read);
            }
        } catch (IOException e) {
            System.err.println("a download broke off: " + e.getMessage());
        }
    }
}
