package dev.otaroutes.download;

import dev.otaroutes.http.Urls;
import dev.otaroutes.rollout.ExternalFile;
import dev.otaroutes.rollout.ExternalFiles;
import dev.otaroutes.rollout.Finding;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
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

/**
 * Files on other HTTP servers. Redirects are followed up to {@value #MOST_REDIRECTS} times, from https to https only, and not at all for
 * devices that do not follow them; a user and password in an URL go to its own server alone, and are never shown.
 */
public final class RemoteFiles implements ExternalFiles, AutoCloseable {
    private static final int MOST_REDIRECTS = 5;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final int THREADS = 4;
    /** So slow a download may be after its first minute, in bytes a second, and no slower. */
    private static final long SLOWEST = 65_536;

    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS, task -> {
        Thread thread = new Thread(task, "ota-remote-files");
        thread.setDaemon(true);
        return thread;
    });
    private final Duration patience;
    private final HttpClient http;

    /** @param patience with a server: until it is connected, until it answers, and between one piece of a download and the next */
    public RemoteFiles(Duration patience) {
        this.patience = patience;
        http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(patience).executor(threads).build();
    }

    /** One call with the redirects that it led to. @param left redirects that may follow */
    private record Call<T>(ExternalFile file, String method, String range, URI url, int left, HttpResponse.BodyHandler<T> body) {
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
        return finding(where, () -> send(call(file, "HEAD", null, head -> new DiscardedBody<Void>(null))).thenCompose(head -> {
            if (RemoteAnswer.of("HEAD", head.statusCode(), head.headers()).saysAllToHead(file)) {
                return CompletableFuture.completedStage(Finding.FINE);
            }
            return send(call(file, "GET", "bytes=0-0", part -> new DiscardedBody<Void>(null)))
                    .thenApply(part -> RemoteAnswer.of("GET", part.statusCode(), part.headers()).toFirstByte(file, where));
        })).completeOnTimeout(Finding.unreachable(where + " cannot be downloaded: it took more than " + patience.multipliedBy(2).toSeconds()
                + " s to find out"), patience.multipliedBy(2).toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public CompletionStage<Finding> read(ExternalFile file) {
        String where = where(file);
        return finding(where, () -> send(call(file, "GET", null,
                head -> head.statusCode() == 200 ? new DigestedBody(file, where, patience, patience.multipliedBy(6).plusSeconds(file.size() / SLOWEST))
                        : new DiscardedBody<>(RemoteAnswer.of("GET", head.statusCode(), head.headers()).unusable(where))))
                .thenApply(HttpResponse::body));
    }

    private static String where(ExternalFile file) {
        return "file [" + file.name() + "] at [" + Urls.shown(file.url()) + "]";
    }

    private static <T> Call<T> call(ExternalFile file, String method, String range, HttpResponse.BodyHandler<T> body) {
        return new Call<>(file, method, range, URI.create(file.url()), file.redirects() ? MOST_REDIRECTS : 0, body);
    }

    private <T> CompletionStage<HttpResponse<T>> send(Call<T> call) {
        HttpRequest.Builder request = HttpRequest.newBuilder(withoutUser(call.url)).timeout(patience)
                .method(call.method, HttpRequest.BodyPublishers.noBody())
                .header("User-Agent", "ota-routes").header("Accept-Encoding", "identity");
        if (call.range != null) {
            request.header("Range", call.range);
        }
        if (call.url.getRawUserInfo() != null) {
            String user = URLDecoder.decode(call.url.getRawUserInfo().replace("+", "%2B"), StandardCharsets.UTF_8);
            request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
        }
        return http.sendAsync(request.build(), call.body).thenCompose(response -> REDIRECTS.contains(response.statusCode())
                ? send(call.to(next(call, response))) : CompletableFuture.completedStage(response));
    }

    private static URI withoutUser(URI url) {
        return url.getRawUserInfo() == null ? url : URI.create(url.toString().replaceFirst("//[^/@]*@", "//"));
    }

    private static URI next(Call<?> call, HttpResponse<?> response) {
        String answered = call.method + " was answered " + response.statusCode();
        if (!call.file.redirects()) {
            throw new LeadsNowhereException(answered + ", and its devices do not follow a redirect");
        }
        if (call.left == 0) {
            throw new LeadsNowhereException("it leads on and on, over more than " + MOST_REDIRECTS + " redirects");
        }
        URI next;
        try {
            next = call.url.resolve(response.headers().firstValue("Location").orElse(""));
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
        if (cause instanceof TimeoutException || cause instanceof HttpTimeoutException) {
            return "there was no answer within " + patience.toSeconds() + " s";
        }
        if (cause instanceof LeadsNowhereException) {
            return cause.getMessage();
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
    }
}
