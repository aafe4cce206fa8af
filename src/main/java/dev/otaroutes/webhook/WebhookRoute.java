package dev.otaroutes.webhook;

import dev.otaroutes.event.Event;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.component.direct.DirectConsumerNotAvailableException;
import org.apache.camel.support.DefaultExchange;

/**
 * Sends an event through the route {@value #ROUTE}: the body is the event as a map, the variable {@code webhook} the
 * {@link Subscription}, {@code format} its format, {@code event} the {@link Event} and {@code eventId} its id; what comes out is an
 * {@link Answer}.
 */
final class WebhookRoute implements EventSender {
    private static final String ROUTE = "direct:webhook";

    private final CamelContext context;
    private AsyncProducer producer;

    WebhookRoute(CamelContext context) {
        this.context = context;
    }

    /** @return whether a route makes what is posted in this format */
    boolean hasFormat(String format) {
        return context.getRoutes().stream()
                .anyMatch(route -> route.getEndpoint().getEndpointBaseUri().equals("direct://webhook-" + format));
    }

    @Override
    public CompletionStage<Answer> send(Subscription subscription, Event event) {
        Exchange exchange = new DefaultExchange(context);
        Map<String, Object> body = event.toMap();
        exchange.getMessage().setBody(body);
        exchange.setVariable("webhook", subscription);
        exchange.setVariable("format", subscription.format());
        exchange.setVariable("event", event);
        exchange.setVariable("eventId", body.get("id"));
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        producer().process(exchange, doneSync -> end(exchange, subscription, answer));
        return answer;
    }

    private static void end(Exchange exchange, Subscription subscription, CompletableFuture<Answer> answer) {
        Exception failure = exchange.getException();
        if (failure instanceof DirectConsumerNotAvailableException) {
            answer.complete(Answer.failed("no route makes the format [" + subscription.format()
                    + "]: there is none from direct:webhook-" + subscription.format()));
        } else if (failure != null) {
            answer.completeExceptionally(failure);
        } else if (exchange.getMessage().getBody() instanceof Answer given) {
            answer.complete(given);
        } else {
            answer.complete(Answer.failed("the route webhook must end with the bean webhookPost"));
        }
    }

    private synchronized AsyncProducer producer() {
        if (producer == null) {
            try {
                Endpoint route = context.getEndpoint(ROUTE + "?block=false");
                AsyncProducer made = route.createAsyncProducer();
                made.start();
                producer = made;
            } catch (Exception e) {
                throw new IllegalStateException("no producer to " + ROUTE + ": " + e.getMessage(), e);
            }
        }
        return producer;
    }
}
