package dev.otaroutes.http;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.impl.VertxWrapper;
import org.apache.camel.CamelContext;
import org.apache.camel.support.LifecycleStrategySupport;

/**
 * The Vert.x of Camel's HTTP server, which lets no client change from HTTP/1.1 to HTTP/2.
 * <p>
 * A body that comes with such a request (Java's own HTTP client asks for it each time) is read as fast as it comes, whether it is
 * taken or not, and a large one fills the heap. Camel has no option for it, but takes a Vert.x from the registry.
 * <p>
 * Where there is Netty's own library for the system's sockets (Linux on x86-64: it comes with the embedded broker), they are used
 * through it, since a download can fill its packets then; else through Java's.
 */
public final class Http1Vertx extends VertxWrapper {
    /** In which routes handle requests, at most: one each, until it has its answer. */
    public static final int THREADS = 64;

    private Http1Vertx(Vertx vertx) {
        super((VertxInternal) vertx);
    }

    /** Before the context is started; ends with it. */
    public static void bind(CamelContext context) {
        Vertx vertx = new Http1Vertx(Vertx.vertx(new VertxOptions().setWorkerPoolSize(THREADS).setUseDaemonThread(true).setPreferNativeTransport(true)));
        context.getRegistry().bind("vertx", vertx);
        context.addLifecycleStrategy(new LifecycleStrategySupport() {
            @Override
            public void onContextStopped(CamelContext stopped) {
                vertx.close();
            }
        });
    }

    @Override
    public HttpServer createHttpServer(HttpServerOptions options) {
        // A modem that loses its power says nothing: without a question now and then, its connection and its file descriptor stay for ever.
        return super.createHttpServer(options.setHttp2ClearTextEnabled(false).setTcpKeepAlive(true));
    }

    @Override
    public HttpServer createHttpServer() {
        return createHttpServer(new HttpServerOptions());
    }
}
