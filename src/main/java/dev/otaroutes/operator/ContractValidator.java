package dev.otaroutes.operator;

import com.atlassian.oai.validator.OpenApiInteractionValidator;
import com.atlassian.oai.validator.model.SimpleRequest;
import com.atlassian.oai.validator.report.LevelResolver;
import com.atlassian.oai.validator.report.ValidationReport;
import com.atlassian.oai.validator.report.ValidationReport.Level;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.otaroutes.http.ProblemException;
import dev.otaroutes.http.ProblemJson;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.servers.Server;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.spi.RestClientRequestValidator;

/**
 * Checks a request of the operator API against the contract; what the contract forbids is answered with a problem that
 * names field and value. Camel finds it in the registry by its type ({@code camel.rest.client-request-validation = true}).
 * <p>
 * Camel's own builds a validator a request, answers plain text and leaves query and path escaped.
 * A valid request goes on with the parameters of its path and query, decoded, as exchange variables (a header may be the
 * caller's, and would travel back), and its body as bytes.
 */
public final class ContractValidator implements RestClientRequestValidator {
    /** Deeper than any call of the contract; what is nested deeper is an attack on the parsers behind. */
    private static final int MAX_DEPTH = 64;

    private static final JsonMapper JSON = JsonMapper
            .builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build()).build())
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private volatile Contract contract;

    /** What is derived from the contract once: it takes a good half second. */
    private record Contract(OpenAPI model, String basePath, List<PathTemplate> templates, OpenApiInteractionValidator validator) {
    }

    @Override
    public ValidationError validate(Exchange exchange, ValidationContext ignored) {
        try {
            check(exchange);
            return null;
        } catch (ProblemException problem) {
            ProblemJson.answer(exchange, problem.status(), problem.getMessage());
            return new ValidationError(problem.status(), exchange.getMessage().getBody(String.class));
        }
    }

    private void check(Exchange exchange) {
        Message request = exchange.getMessage();
        Contract current = contract(exchange.getProperty(Exchange.REST_OPENAPI, OpenAPI.class));
        String path = request.getHeader(Exchange.HTTP_PATH, String.class);
        String inside = path.startsWith(current.basePath()) ? path.substring(current.basePath().length()) : path;
        String method = request.getHeader(Exchange.HTTP_METHOD, String.class);
        SimpleRequest.Builder asked = new SimpleRequest.Builder(method, inside, true);
        Map<String, String> parameters = new HashMap<>();

        String query = request.getHeader(Exchange.HTTP_RAW_QUERY, String.class);
        if (query != null) {
            decode(query).forEach((name, values) -> {
                asked.withQueryParam(name, values);
                parameters.put(name, String.join(",", values));
            });
        }
        PathTemplate.best(current.templates(), template -> template, inside).ifPresent(template ->
                parameters.putAll(template.parameters(inside)));
        byte[] body = request.getBody(byte[].class);
        JsonNode json = null;
        if (body != null && body.length > 0) {
            request.setBody(body);
            json = read(body);
            StorableText.check(json);
            asked.withContentType("application/json").withBody(json.toString());
        }
        ValidationReport report = current.validator().validateRequest(asked.build());
        if (report.hasErrors()) {
            throw new ProblemException(400, new ContractFaults(json, parameters).describe(report));
        }
        parameters.forEach(exchange::setVariable);
    }

    private Contract contract(OpenAPI model) {
        Contract current = contract;
        if (current == null || current.model() != model) {
            synchronized (this) {
                current = contract;
                if (current == null || current.model() != model) {
                    current = build(model);
                    contract = current;
                }
            }
        }
        return current;
    }

    private static Contract build(OpenAPI model) {
        List<Server> servers = model.getServers();
        LevelResolver levels = LevelResolver.create()
                // A misspelt parameter must not be passed over in silence.
                .withLevel("validation.request.parameter.query.unexpected", Level.ERROR)
                // Whose key it is has been decided before (AccessHandler).
                .withLevel("validation.request.security", Level.IGNORE)
                .build();
        return new Contract(model, servers == null || servers.isEmpty() ? "" : servers.get(0).getUrl().replaceFirst("/$", ""),
                model.getPaths().keySet().stream().map(PathTemplate::of).toList(),
                OpenApiInteractionValidator.createFor(model).withLevelResolver(levels).build());
    }

    private static Map<String, List<String>> decode(String query) {
        try {
            return new QueryStringDecoder("?" + query).parameters();
        } catch (IllegalArgumentException e) {
            throw new ProblemException(400, "the query [" + query + "] is not percent-encoded UTF-8");
        }
    }

    private static JsonNode read(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new ProblemException(400, "the body is not JSON: " + e.getOriginalMessage() + (e.getLocation() == null ? ""
                    : " (line " + e.getLocation().getLineNr() + ", column " + e.getLocation().getColumnNr() + ")"));
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory cannot be read", e);
        }
    }
}
