package dev.otaroutes.support;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

import dev.otaroutes.embedded.EmbeddedBroker;
import dev.otaroutes.embedded.EmbeddedBrokerSettings;

/**
 * The embedded broker's configuration in a process of its own, so that a test can kill it without warning.
 * Arguments: port, directory.
 */
public final class EmbeddedBrokerProcess {
    private EmbeddedBrokerProcess() {
    }

    public static void main(String[] args) throws InterruptedException {
        EmbeddedBroker broker = new EmbeddedBroker(new EmbeddedBrokerSettings(
                "127.0.0.1", Integer.parseInt(args[0]), Path.of(args[1]), null, null));
        Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "close-broker"));
        broker.start();
        new CountDownLatch(1).await();
    }
}
