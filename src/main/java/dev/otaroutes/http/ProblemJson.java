package dev.otaroutes.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.otaroutes.message.RefusedMessageException;
import dev.otaroutes.store.Failures;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renders every refusal of the HTTP side as RFC 9457: {@code type}, {@code title}, {@code status}, {@code detail}.
 * Handlers on the Vert.x router and the operator's Camel routes both answer through it.
 */
public final class ProblemJson {
    public static final String MEDIA_TYPE = "application/problem+json";

    private static final Logger LOG = LoggerFactory.getLogger("ota.http");
    private static final JsonMapper JSON = new JsonMapper();
    /** How long the rest of a refused body is read and dropped, so that the caller can read the answer. */
    private static final long DISCARD_MS = 5_000;

    private static final int UNAVAILABLE = 503;
    private static final String RETRY_SECONDS = "5";

    /** How a refusal is written. */
    @FunctionalInterface
    interface Refusal {
        void send(RoutingContext context, int status, String detail);
    }

    private ProblemJson() {
    }

    /** The document for a status and its detail. */
    public static String of(int status, String detail) {
        Map<String, Object> problem = new LinkedHashMap<>();
        problem.put("type", "about:blank");
        problem.put("title", HttpResponseStatus.valueOf(status).reasonPhrase());
        problem.put("status", status);
        problem.put("detail", detail);
        try {
            return JSON.writeValueAsString(problem);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("problem [" + detail + "] cannot be written as JSON", e);
        }
    }

    /**
     * Answers a request on the Vert.x router. Headers that belong to the answer ({@code Allow},
     * {@code WWW-Authenticate}, {@code Content-Range}) are set by the caller before.
     */
    public static void send(RoutingContext context, int status, String detail) {
        send(context, status, MEDIA_TYPE, of(status, detail));
    }

    static void send(RoutingContext context, int status, String mediaType, String body) {
        HttpServerResponse response = context.response();
        if (response.headWritten()) {
            // Too late for words: a cut tells the client that the body is not whole.
            cut(context);
            return;
        }
        response.setStatusCode(status)
                .putHeader("Content-Type", mediaType)
                .putHeader("Cache-Control", "no-store");
        discardBody(context);
        response.end(body);
    }

    /** As {@link #send}, for a failure: see {@link #answerFailure(Exchange)}. */
    public static void send(RoutingContext context, Throwable failure) {
        send(context, failure, ProblemJson::send);
    }

    static void send(RoutingContext context, Throwable failure, Refusal refusal) {
        ProblemException problem = problem(failure, context.request().method() + " " + context.request().path());
        if (problem.status() == UNAVAILABLE && !context.response().headWritten()) {
            context.response().putHeader("Retry-After", RETRY_SECONDS);
        }
        refusal.send(context, problem.status(), problem.getMessage());
    }

    /**
     * Turns the failure of a Camel route into the answer of its request. For {@code onException} of the operator's routes.
     * <p>
     * A {@link ProblemException} is the answer itself, a device's message that is refused or a body that cannot be read 400, a database that is
     * away 503; anything else is our fault: 500, with the reason in the log only.
     */
    public static void answerFailure(Exchange exchange) {
        Message request = exchange.getMessage();
        ProblemException problem = problem(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class),
                request.getHeader(Exchange.HTTP_METHOD) + " " + request.getHeader(Exchange.HTTP_PATH));
        answer(exchange, problem.status(), problem.getMessage());
        if (problem.status() == UNAVAILABLE) {
            exchange.getMessage().setHeader("Retry-After", RETRY_SECONDS);
        }
    }

    private static ProblemException problem(Throwable failure, String call) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ProblemException problem) {
                return problem;
            }
            if (cause instanceof RefusedMessageException refused) {
                return new ProblemException(400, refused.getMessage());
            }
            if (cause instanceof JsonProcessingException unreadable) {
                return new ProblemException(400, "the body cannot be read: " + unreadable.getOriginalMessage());
            }
        }
        // Before files: what a database driver could not read or write is an IOException as well.
        if (Failures.passing(failure)) {
            LOG.warn("{} answered {}, the database is away: {}", call, UNAVAILABLE, failure.getMessage());
            return new ProblemException(UNAVAILABLE, "the database is away; try again in " + RETRY_SECONDS + " s");
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException) {
                LOG.warn("{} answered {}, a file cannot be read or written: {}", call, UNAVAILABLE, cause.toString());
                return new ProblemException(UNAVAILABLE, "the disk does not serve; try again in " + RETRY_SECONDS + " s");
            }
        }
        LOG.error("{} failed; answered 500", call, failure);
        return new ProblemException(500, "internal error; the reason is in the log of the service");
    }

    /** Makes problem JSON the answer of an exchange; what the request brought along as headers is not sent back. */
    public static void answer(Exchange exchange, int status, String detail) {
        Message answer = exchange.getMessage();
        answer.removeHeaders("*");
        answer.setHeader(Exchange.HTTP_RESPONSE_CODE, status);
        answer.setHeader(Exchange.CONTENT_TYPE, MEDIA_TYPE);
        answer.setBody(of(status, detail));
    }

    /** Ends a request without an answer, or in the middle of one; over HTTP/2 the others on the connection go on. */
    public static void cut(RoutingContext context) {
        if (context.request().version() == HttpVersion.HTTP_2) {
            context.response().reset();
        } else {
            context.request().connection().close();
        }
    }

    private static void discardBody(RoutingContext context) {
        if (context.request().isEnded()) {
            return;
        }
        context.request().handler(chunk -> { });
        context.request().resume();
        long timer = context.vertx().setTimer(DISCARD_MS, id -> cut(context));
        context.request().endHandler(end -> context.vertx().cancelTimer(timer));
        context.request().exceptionHandler(cut -> context.vertx().cancelTimer(timer));
    }
}
