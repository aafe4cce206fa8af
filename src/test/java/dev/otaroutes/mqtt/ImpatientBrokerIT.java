package dev.otaroutes.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otaroutes.support.Loopback;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A broker that has a message for a session sends it before CONNACK, which MQTT-3.2.0-1 forbids. */
class ImpatientBrokerIT {
    private static final byte[] CONNACK = {0x20, 3, 1, 0, 0};
    private static final byte[] PUBLISH = {0x32, 12, 0, 7, '/', 'i', 'n', '/', 'a', '/', 'b', 0, 1, 0};
    private static final int PUBLISHED = 3;
    private static final int SUBSCRIBE = 8;
    private static final int PINGREQ = 12;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger subscribing = new AtomicInteger();
    private final AtomicInteger publishing = new AtomicInteger();
    private final List<Integer> publishedOn = new CopyOnWriteArrayList<>();
    private volatile int impatientConnection = 1;
    private volatile boolean impatientWithPublisher;
    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 10, InetAddress.getByName(Loopback.HOST));
        threads.execute(() -> {
            while (!server.isClosed()) {
                try {
                    Socket socket = server.accept();
                    threads.execute(() -> serve(socket));
                } catch (IOException e) {
                    return;
                }
            }
        });
    }

    @AfterEach
    void close() throws IOException {
        server.close();
        threads.shutdownNow();
    }

    @Test
    void doesNotMakeTheTransportDeafForEver() throws Exception {
        try (TransportUnderTest transport = new TransportUnderTest("tcp://" + Loopback.HOST + ":" + server.getLocalPort())) {
            transport.start(TransportUnderTest.IN);

            await().atMost(Duration.ofSeconds(30)).until(transport::ready);
        }
    }

    /** What was in flight when the connection before it ended is published on the one after it. */
    @Test
    void losesNoPublish() throws Exception {
        impatientConnection = 2;
        impatientWithPublisher = true;
        try (TransportUnderTest transport = new TransportUnderTest("tcp://" + Loopback.HOST + ":" + server.getLocalPort())) {
            transport.start(TransportUnderTest.IN);

            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(publishedOn).hasSize(2));
            assertThat(publishedOn.get(0)).isEqualTo(1);
            assertThat(publishedOn.get(1)).isGreaterThan(impatientConnection);
            await().until(() -> transport.ready() && transport.hasPublishedAll());
        }
    }

    private void serve(Socket socket) {
        try (socket; DataInputStream in = new DataInputStream(socket.getInputStream()); OutputStream out = socket.getOutputStream()) {
            boolean publisher = new String(packet(in).body, StandardCharsets.ISO_8859_1).contains(ConnectionOptions.PUBLISHES);
            int connection = (publisher ? publishing : subscribing).incrementAndGet();
            ByteArrayOutputStream first = new ByteArrayOutputStream();
            if (publisher == impatientWithPublisher && connection == impatientConnection) {
                first.write(PUBLISH);
            }
            first.write(CONNACK);
            out.write(first.toByteArray());
            while (true) {
                Packet packet = packet(in);
                if (packet.type == SUBSCRIBE) {
                    out.write(new byte[] {(byte) 0x90, 4, packet.body[0], packet.body[1], 0, 1});
                    if (connection < impatientConnection) {
                        out.write(PUBLISH);
                    }
                } else if (packet.type == PUBLISHED) {
                    publishedOn.add(connection);
                    if (connection < impatientConnection) {
                        return;
                    }
                    int id = 2 + packet.body[1];
                    out.write(new byte[] {0x40, 2, packet.body[id], packet.body[id + 1]});
                } else if (packet.type == PINGREQ) {
                    out.write(new byte[] {(byte) 0xd0, 0});
                }
            }
        } catch (IOException e) {
            // The client has gone.
        }
    }

    private record Packet(int type, byte[] body) {
    }

    /** All of them are short: the length is one byte. */
    private static Packet packet(DataInputStream in) throws IOException {
        int type = in.readUnsignedByte() >> 4;
        return new Packet(type, in.readNBytes(in.readUnsignedByte()));
    }
}
