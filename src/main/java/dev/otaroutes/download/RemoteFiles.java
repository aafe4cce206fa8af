package dev.otaroutes.download;

import dev.otaroutes.http.InternalHosts;
import dev.otaroutes.http.NextHop;
import dev.otaroutes.http.Urls;
import dev.otaroutes.rollout.ExternalFile;
import dev.otaroutes.rollout.ExternalFiles;
import dev.otaroutes.rollout.Finding;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.net.URLDecoder;
import java.net.UnknownHostException;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;

/**
 * Files on other HTTP servers. Redirects are followed up to {@value #MOST_REDIRECTS} times, from https to https only, and not at all for
 * devices that do not follow them; a user and password in an URL go to its own server alone, and are never shown. Internal servers are
 * called only if they may be, whoever names them: the operator's URL or a redirect.
 * <p>
 * On Vert.x: Java's own client resolves a host once more, after its address has been checked.
 */
public final class RemoteFiles implements ExternalFiles, AutoCloseable {
    private static final int MOST_REDIRECTS = 5;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final int THREADS = 4;
    /** To one host: none waits for another that hangs. */
    private static final int CONNECTIONS = 1_024;
    /** Of an answer's headers, bytes. */
    private static final int HEADER_BYTES = 65_536;
    /** So slow a download may be after its first minute, in bytes a second, and no slower. */
    private static final long SLOWEST = 65_536;

    /** To resolve hosts, which the client's one thread must not wait for. */
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS, task -> {
        Thread thread = new Thread(task, "ota-remote-files");
        thread.setDaemon(true);
        return thread;
    });
    private final Duration patience;
    private final InternalHosts internal;
    private final Vertx vertx;
    private final HttpClient http;

    /**
     * @param patience with a server: until it answers, and between one piece of a download and the next
     * @param internal which servers that are not on the public Internet may be called
     */
    public RemoteFiles(Duration patience, InternalHosts internal) {
        this.patience = patience;
        this.internal = internal;
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setUseDaemonThread(true)
                .setFileSystemOptions(new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        http = vertx.createHttpClient(new HttpClientOptions().setConnectTimeout(Math.toIntExact(patience.toMillis())).setKeepAlive(false)
                .setMaxHeaderSize(HEADER_BYTES), new PoolOptions().setHttp1MaxSize(CONNECTIONS));
    }

    /**
     * One call with the redirects that it led to.
     *
     * @param left redirects that may follow
     * @param body what becomes of the answer; is asked as soon as its head is there
     */
    private record Call<T>(ExternalFile file, HttpMethod method, String range, URI url, int left,
            Function<HttpClientResponse, CompletionStage<T>> body) {
        Call<T> to(URI next) {
            return new Call<>(file, method, range, next, left - 1, body);
        }
    }

    private static final class LeadsNowhereException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        LeadsNowhereException(String message) {
            super(message);
        }
    }

    @Override
    public CompletionStage<Finding> look(ExternalFile file) {
        String where = where(file);
        return finding(where, () -> send(call(file, HttpMethod.HEAD, null, RemoteFiles::head)).thenCompose(head -> {
            if (head.saysAllToHead(file)) {
                return CompletableFuture.completedStage(Finding.FINE);
            }
            return send(call(file, HttpMethod.GET, "bytes=0-0", RemoteFiles::head)).thenApply(part -> part.toFirstByte(file, where));
        })).completeOnTimeout(Finding.unreachable(where + " cannot be downloaded: it took more than " + patience.multipliedBy(2).toSeconds()
                + " s to find out"), patience.multipliedBy(2).toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public CompletionStage<Finding> read(ExternalFile file) {
        String where = where(file);
        return finding(where, () -> send(call(file, HttpMethod.GET, null, answer -> answer.statusCode() == 200
                ? new DigestedBody(file, where, patience, patience.multipliedBy(6).plusSeconds(file.size() / SLOWEST)).of(answer)
                : head(answer).thenApply(head -> head.unusable(where)))));
    }

    /** What the head says; the rest is dropped. */
    private static CompletionStage<RemoteAnswer> head(HttpClientResponse answer) {
        Map<String, List<String>> headers = answer.headers().names().stream()
                .collect(Collectors.toMap(name -> name.toLowerCase(Locale.ROOT), answer.headers()::getAll, (one, same) -> one));
        drop(answer);
        return CompletableFuture.completedStage(RemoteAnswer.of(answer.request().getMethod().name(), answer.statusCode(),
                HttpHeaders.of(headers, (name, value) -> true)));
    }

    private static void drop(HttpClientResponse answer) {
        // Vert.x would log as an error that it has been dropped.
        answer.exceptionHandler(dropped -> { });
        answer.request().reset();
    }

    private static String where(ExternalFile file) {
        return "file [" + file.name() + "] at [" + Urls.shown(file.url()) + "]";
    }

    private static <T> Call<T> call(ExternalFile file, HttpMethod method, String range, Function<HttpClientResponse, CompletionStage<T>> body) {
        return new Call<>(file, method, range, URI.create(file.url()), file.redirects() ? MOST_REDIRECTS : 0, body);
    }

    private <T> CompletionStage<T> send(Call<T> call) {
        return CompletableFuture.supplyAsync(() -> request(call), threads).thenCompose(request -> send(call, request));
    }

    private RequestOptions request(Call<?> call) {
        RequestOptions request = new RequestOptions().setMethod(call.method).setAbsoluteURI(withoutUser(call.url).toASCIIString())
                .putHeader("User-Agent", "ota-routes").putHeader("Accept-Encoding", "identity");
        if (call.range != null) {
            request.putHeader("Range", call.range);
        }
        if (call.url.getRawUserInfo() != null) {
            String user = URLDecoder.decode(call.url.getRawUserInfo().replace("+", "%2B"), StandardCharsets.UTF_8);
            request.putHeader("Authorization", "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
        }
        try {
            NextHop.to(call.url, internal).address(request);
            return request;
        } catch (IllegalArgumentException notToBeCalled) {
            throw new LeadsNowhereException(notToBeCalled.getMessage());
        } catch (UnknownHostException e) {
            throw new CompletionException(e);
        }
    }

    private <T> CompletionStage<T> send(Call<T> call, RequestOptions options) {
        CompletableFuture<CompletionStage<T>> answer = new CompletableFuture<>();
        http.request(options).compose(request -> {
            // What is given up is not sent any more, also if its connection was late.
            answer.whenComplete((body, failure) -> {
                if (failure != null) {
                    request.reset();
                }
            });
            // In here, on the connection's thread: the answer's body is gone for whoever comes to listen later.
            return answer.isDone() ? Future.<CompletionStage<T>>failedFuture("given up") : request.send().map(response -> answered(call, response));
        }).onSuccess(answer::complete).onFailure(answer::completeExceptionally);
        return answer.orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS).thenCompose(Function.identity());
    }

    private <T> CompletionStage<T> answered(Call<T> call, HttpClientResponse response) {
        if (!REDIRECTS.contains(response.statusCode())) {
            return call.body.apply(response);
        }
        drop(response);
        return send(call.to(next(call, response)));
    }

    private static URI withoutUser(URI url) {
        return url.getRawUserInfo() == null ? url : URI.create(url.toString().replaceFirst("//[^/@]*@", "//"));
    }

    private static URI next(Call<?> call, HttpClientResponse response) {
        String answered = call.method + " was answered " + response.statusCode();
        if (!call.file.redirects()) {
            throw new LeadsNowhereException(answered + ", and its devices do not follow a redirect");
        }
        if (call.left == 0) {
            throw new LeadsNowhereException("it leads on and on, over more than " + MOST_REDIRECTS + " redirects");
        }
        URI next;
        try {
            next = call.url.resolve(response.headers().contains("Location") ? response.getHeader("Location") : "");
        } catch (IllegalArgumentException notAnAddress) {
            throw new LeadsNowhereException(answered + ", with a Location that is no address");
        }
        String scheme = next.getScheme();
        if (next.getHost() == null || !"https".equalsIgnoreCase(scheme)
                && !("http".equalsIgnoreCase(scheme) && "http".equalsIgnoreCase(call.url.getScheme()))) {
            throw new LeadsNowhereException(answered + " with the Location [" + Urls.shown(next.toString()) + "]");
        }
        return next;
    }

    private CompletableFuture<Finding> finding(String where, Supplier<CompletionStage<Finding>> calls) {
        return CompletableFuture.supplyAsync(calls, threads).thenCompose(Function.identity())
                .exceptionally(failure -> Finding.unreachable(where + " cannot be downloaded: " + why(failure)));
    }

    private String why(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof TimeoutException) {
            return "there was no answer within " + patience.toSeconds() + " s";
        }
        if (cause instanceof LeadsNowhereException) {
            return cause.getMessage();
        }
        while (cause instanceof SSLException && cause.getCause() != null) {
            // What is wrong with a certificate is said inside.
            cause = cause.getCause();
        }
        // A message of the client's may have the address in it.
        while (cause.getMessage() == null && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return "the connection failed: " + (cause.getMessage() == null || cause.getMessage().contains("://")
                ? cause.getClass().getSimpleName() : cause.getMessage());
    }

    /** Gives up the calls that are on their way. */
    @Override
    public void close() {
        threads.shutdownNow();
        vertx.close();
    }
}
