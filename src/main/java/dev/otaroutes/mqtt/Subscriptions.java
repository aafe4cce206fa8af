package dev.otaroutes.mqtt;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.datatypes.MqttTopic;
import com.hivemq.client.mqtt.datatypes.MqttTopicFilter;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5RetainHandling;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscription;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.suback.Mqtt5SubAckReasonCode;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The filters that routes consume, and which of them the broker acknowledged on the live connection.
 * <p>
 * Every filter is subscribed again on every connect, also when the session is present: Mosquitto 2.0.11 restores a
 * session without its shared subscriptions. A SUBSCRIBE that is refused or stays unanswered is tried again for ever.
 */
final class Subscriptions {
    private static final long RETRY_SECONDS = 5;
    private static final long SUBACK_SECONDS = 10;

    private final List<Subscriber> subscribers = new CopyOnWriteArrayList<>();
    /** Also those that were removed of late: while a route is replaced, its messages stay in order. */
    private final CopyOnWriteArrayList<Subscriber> senders = new CopyOnWriteArrayList<>();
    private final Map<String, Boolean> acknowledged = new ConcurrentHashMap<>();
    /**
     * Filters to be taken from the broker that has not confirmed it yet: without a connection it cannot hear of it, keeps them in the
     * session, or gets them again from the client, which subscribes on a new session to all that it does not know to be unsubscribed.
     */
    private final Set<MqttTopicFilter> leaving = new HashSet<>();
    private final Supplier<Mqtt5AsyncClient> client;
    private final ScheduledExecutorService timer;
    private final Problems problems;
    private int connects;
    private boolean connected;

    Subscriptions(Supplier<Mqtt5AsyncClient> client, ScheduledExecutorService timer, Problems problems) {
        this.client = client;
        this.timer = timer;
        this.problems = problems;
    }

    synchronized void add(Subscriber subscriber) {
        subscribers.add(subscriber);
        senders.addIfAbsent(subscriber);
        senders.removeIf(former -> former != subscriber && former.filter().equals(subscriber.filter()));
        acknowledged.putIfAbsent(subscriber.filter().toString(), false);
        leaving.remove(subscriber.filter());
        if (connected) {
            subscribe(subscriber.filter());
        }
    }

    /** @return false if it was not there */
    synchronized boolean remove(Subscriber subscriber) {
        boolean removed = subscribers.remove(subscriber);
        if (!isWanted(subscriber.filter())) {
            acknowledged.remove(subscriber.filter().toString());
            problems.solved(subscriber.filter().toString());
        }
        return removed;
    }

    /** Takes the subscription from the broker, as soon as there is a connection, unless a route has come to want it again. */
    synchronized void forget(MqttTopicFilter filter) {
        if (!isWanted(filter)) {
            senders.removeIf(former -> former.filter().equals(filter));
            leaving.add(filter);
            if (connected) {
                unsubscribe(filter);
            }
        }
    }

    /** @return done when the broker has answered for each filter, or has not within {@value #SUBACK_SECONDS} s */
    synchronized CompletableFuture<Void> connected() {
        connected = true;
        connects++;
        List.copyOf(leaving).forEach(this::unsubscribe);
        return CompletableFuture.allOf(acknowledged.keySet().stream().map(filter -> subscribe(MqttTopicFilter.of(filter))
                .handle((answered, failure) -> null)).toArray(CompletableFuture[]::new));
    }

    synchronized void disconnected() {
        connected = false;
        acknowledged.replaceAll((filter, was) -> false);
    }

    List<Subscriber> of(MqttTopic topic) {
        return subscribers.stream().filter(subscriber -> subscriber.wants(topic)).toList();
    }

    /**
     * What messages have in common that start in the order in which they came, whatever their topics: what stands for the
     * wildcards of their filters, such as one device. Without wildcards, the topic. Of several filters the one whose wildcards stand
     * for the least: another that takes in more than a device's topic must not tear the device's messages apart.
     */
    String sender(MqttTopic topic) {
        return senders.stream().filter(subscriber -> subscriber.wants(topic)).map(subscriber -> subscriber.wildcards(topic))
                .filter(levels -> !levels.isEmpty()).min(Comparator.comparingInt(String::length)).orElse(topic.toString());
    }

    Set<String> filters(boolean areAcknowledged) {
        Set<String> filters = new TreeSet<>();
        acknowledged.forEach((filter, is) -> {
            if (is == areAcknowledged) {
                filters.add(filter);
            }
        });
        return filters;
    }

    private void unsubscribe(MqttTopicFilter filter) {
        client.get().unsubscribeWith().topicFilter(filter).send().thenRun(() -> left(filter));
    }

    private synchronized void left(MqttTopicFilter filter) {
        leaving.remove(filter);
    }

    private CompletableFuture<Mqtt5SubAckReasonCode> subscribe(MqttTopicFilter filter) {
        int connect = connects;
        Mqtt5Subscription subscription = Mqtt5Subscription.builder().topicFilter(filter).qos(qos(filter))
                .retainHandling(Mqtt5RetainHandling.SEND_IF_SUBSCRIPTION_DOES_NOT_EXIST).build();
        return client.get().subscribeWith().addSubscription(subscription).send()
                .thenApply(subAck -> subAck.getReasonCodes().get(0))
                .orTimeout(SUBACK_SECONDS, TimeUnit.SECONDS)
                .whenComplete((granted, failure) -> answered(subscription, connect, granted, failure));
    }

    private synchronized void answered(Mqtt5Subscription subscription, int connect, Mqtt5SubAckReasonCode granted, Throwable failure) {
        String filter = subscription.getTopicFilter().toString();
        if (!connected || connect != connects || !acknowledged.containsKey(filter)) {
            return;
        }
        if (failure == null) {
            acknowledged.put(filter, true);
            problems.solved(filter);
            if (granted.getCode() < subscription.getQos().getCode()) {
                problems.warn("the broker granted [" + filter + "] only qos [" + granted.getCode() + "]: messages can get lost");
            }
            return;
        }
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        problems.found(filter, "subscription of [" + filter + "] failed: " + Problems.describe(cause));
        timer.schedule(() -> again(subscription.getTopicFilter(), connect), RETRY_SECONDS, TimeUnit.SECONDS);
    }

    private synchronized void again(MqttTopicFilter filter, int connect) {
        if (connected && connect == connects && isWanted(filter)) {
            subscribe(filter);
        }
    }

    private boolean isWanted(MqttTopicFilter filter) {
        return subscribers.stream().anyMatch(subscriber -> subscriber.filter().equals(filter));
    }

    private MqttQos qos(MqttTopicFilter filter) {
        return subscribers.stream().filter(subscriber -> subscriber.filter().equals(filter))
                .map(Subscriber::qos).max(Comparator.naturalOrder()).orElse(MqttQos.AT_LEAST_ONCE);
    }
}
