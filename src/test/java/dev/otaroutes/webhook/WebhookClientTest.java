package dev.otaroutes.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.otaroutes.http.InternalHosts;
import dev.otaroutes.http.NextHop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WebhookClientTest {
    private static final byte[] FORMER = {127, 0, 0, 1};
    private static final byte[] NEW = {127, 0, 0, 2};

    private final List<String> hosts = new CopyOnWriteArrayList<>();

    @Test
    void aReceiverThatMovesIsPostedToWhereItsNameLeadsNow() throws Exception {
        WebhookClient client = new WebhookClient(new Outgoing(InternalHosts.parse("*"), null, Duration.ofSeconds(10)));
        HttpServer former = receiver(FORMER, 0, 201);
        int port = former.getAddress().getPort();
        HttpServer next = receiver(NEW, port, 202);
        try {
            assertThat(List.of(post(client, FORMER, port), post(client, NEW, port))).containsExactly(201, 202);
            assertThat(hosts).containsExactly("platform.example:" + port, "platform.example:" + port);
        } finally {
            client.close();
            former.stop(0);
            next.stop(0);
        }
    }

    private static int post(WebhookClient client, byte[] address, int port) throws Exception {
        NextHop hop = new NextHop(InetAddress.getByAddress("platform.example", address), null);
        return client.post(URI.create("http://platform.example:" + port + "/hook"), hop, Map.of(), new byte[1]).get(10, TimeUnit.SECONDS).status();
    }

    private HttpServer receiver(byte[] address, int port, int status) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(address), port), 0);
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            hosts.add(exchange.getRequestHeaders().getFirst("Host"));
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
        return server;
    }
}
