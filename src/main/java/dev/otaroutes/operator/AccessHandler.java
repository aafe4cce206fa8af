package dev.otaroutes.operator;

import dev.otaroutes.http.ProblemJson;
import dev.otaroutes.operator.OperatorKeys.Grant;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Decides who may call {@code /api} before a byte of the body is read ({@code api.md}, Access).
 * <p>
 * It stands on the server's router ahead of every route. Camel's own authentication is not used: it has known ways around it.
 */
public final class AccessHandler {
    /** Longest JSON body, bytes. An upload has its own limit. */
    public static final int MAX_JSON_BYTES = 1024 * 1024;
    /** Where the handler stands among those of the router. */
    static final int ORDER = -100;

    private static final Pattern UPLOAD = Pattern.compile("/api/v1/packages/[^/]+/files/[^/]+");
    private static final Pattern DEVICE_LIST = Pattern.compile("/api/v1/batches/[^/]+/devices");
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[::1]|::1");
    /** What a web page can send without being asked for permission first. */
    private static final Set<String> FORM_TYPES = Set.of("application/x-www-form-urlencoded", "multipart/form-data", "text/plain");
    private static final String BEARER = "Bearer ";

    private final OperatorKeys keys;

    /** @param keys none: the API is open to this machine; the caller has seen to it that we listen on loopback only */
    public AccessHandler(OperatorKeys keys) {
        this.keys = keys;
    }

    /** Mounts it for {@code /api}, ahead of everything there but the contract, which needs no key. */
    public void mount(Router router) {
        router.route("/api/*").order(ORDER).handler(this::handle);
    }

    private void handle(RoutingContext context) {
        if (fromThisSite(context) && allowed(context) && bodyTaken(context)) {
            context.next();
        }
    }

    /** A web page in the operator's browser must not reach the API, with or without the operator's key. */
    private boolean fromThisSite(RoutingContext context) {
        HttpServerRequest request = context.request();
        HostAndPort host = request.authority();
        if (host == null || request.headers().getAll("Host").size() > 1) {
            return refuse(context, 400, "the request must have one [Host], but has "
                    + request.headers().getAll("Host").size());
        }
        if ("cross-site".equalsIgnoreCase(request.getHeader("Sec-Fetch-Site"))) {
            return refuse(context, 403, "[Sec-Fetch-Site] is [cross-site]: web pages of other sites may not call the operator API");
        }
        String origin = request.getHeader("Origin");
        if (origin != null && !sameOrigin(origin, host)) {
            return refuse(context, 403, "[Origin] is [" + origin + "]: web pages of other sites may not call the operator API at ["
                    + host + "]");
        }
        if (keys.isEmpty() && !LOOPBACK.matcher(host.host().toLowerCase(Locale.ROOT)).matches()) {
            // A name that an attacker's DNS points at 127.0.0.1 would make a foreign page look like ours.
            return refuse(context, 403, "[Host] is [" + host + "]: without ota.api.keys only localhost, 127.0.0.1 and [::1] are answered");
        }
        return true;
    }

    private boolean allowed(RoutingContext context) {
        if (keys.isEmpty()) {
            return true;
        }
        String authorization = context.request().getHeader("Authorization");
        if (authorization == null || !authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            context.response().putHeader("WWW-Authenticate", "Bearer");
            return refuse(context, 401, "[Authorization] must be Bearer and a key of ota.api.keys");
        }
        Grant grant = keys.grant(authorization.substring(BEARER.length()).strip());
        if (grant == Grant.NONE) {
            context.response().putHeader("WWW-Authenticate", "Bearer error=\"invalid_token\"");
            return refuse(context, 401, "[Authorization] holds a key that is not in ota.api.keys");
        }
        HttpMethod method = context.request().method();
        if (grant == Grant.READ && method != HttpMethod.GET && method != HttpMethod.HEAD) {
            return refuse(context, 403, "the key may read only, but the method was [" + method + "]");
        }
        return true;
    }

    private boolean bodyTaken(RoutingContext context) {
        HttpServerRequest request = context.request();
        String said = request.getHeader("Content-Length");
        if (said != null && !said.matches("[0-9]{1,18}")) {
            return refuse(context, 400, "[Content-Length] must be a number of bytes, but was [" + said + "]");
        }
        long length = said != null ? Long.parseLong(said) : unsaidLength(request);
        if (length == 0) {
            return true;
        }
        String type = mediaType(request);
        if (request.method() == HttpMethod.PUT && UPLOAD.matcher(context.normalizedPath()).matches()) {
            return !FORM_TYPES.contains(type) || refuse(context, 415,
                    "[Content-Type] is [" + type + "]: an upload is the raw bytes, application/octet-stream");
        }
        if (request.method() == HttpMethod.POST && DEVICE_LIST.matcher(context.normalizedPath()).matches()) {
            return DeviceListReader.TYPES.contains(type) || refuse(context, 415,
                    "[Content-Type] must be one of " + DeviceListReader.TYPES + ", but was [" + type + "]");
        }
        if (!type.equals("application/json")) {
            return refuse(context, 415, "[Content-Type] must be application/json, but was [" + type + "]");
        }
        if (length > MAX_JSON_BYTES) {
            return refuse(context, 413, "the body may have " + MAX_JSON_BYTES + " bytes, but has " + length);
        }
        return true;
    }

    /** @return 0 if there is no body, else -1 */
    private static long unsaidLength(HttpServerRequest request) {
        boolean body = request.getHeader("Transfer-Encoding") != null
                // HTTP/2 needs neither header; what has no type there is no body of ours.
                || request.version() == HttpVersion.HTTP_2 && request.getHeader("Content-Type") != null;
        return body ? -1 : 0;
    }

    private static String mediaType(HttpServerRequest request) {
        String type = request.getHeader("Content-Type");
        return type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    private static boolean sameOrigin(String origin, HostAndPort host) {
        try {
            URI uri = URI.create(origin);
            int standard = "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
            int from = uri.getPort() < 0 ? standard : uri.getPort();
            int to = host.port() < 0 ? standard : host.port();
            return uri.getHost() != null && uri.getHost().equalsIgnoreCase(host.host()) && from == to;
        } catch (IllegalArgumentException notAnOrigin) {
            return false;
        }
    }

    private static boolean refuse(RoutingContext context, int status, String detail) {
        ProblemJson.send(context, status, detail);
        return false;
    }
}
