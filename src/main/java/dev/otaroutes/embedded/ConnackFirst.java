package dev.otaroutes.embedded;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTInterceptor;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTProtocolHandler;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyConnection;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;

/**
 * Holds back what a session's subscriptions bring until CONNACK has gone out (MQTT-3.2.0-1).
 * <p>
 * Artemis 2.55.0 sends CONNACK when the journal has what was written before it, but starts the session's deliveries at once. On a busy disk a
 * message overtook CONNACK, and a client ends such a connection. Mended in Artemis after 2.55.0. Artemis makes this by its class name.
 */
public final class ConnackFirst implements MQTTInterceptor {
    @Override
    public boolean intercept(MqttMessage packet, RemotingConnection connection) {
        if (packet.fixedHeader().messageType() == MqttMessageType.CONNECT) {
            Channel channel = ((NettyConnection) connection.getTransportConnection()).getNettyChannel();
            ChannelPipeline pipeline = channel.pipeline();
            if (pipeline.get(Gate.class) == null) {
                pipeline.addBefore(pipeline.context(MQTTProtocolHandler.class).name(), Gate.class.getSimpleName(), new Gate());
            }
        }
        return true;
    }

    /** Of one connection; used on its network thread only. */
    private static final class Gate extends ChannelOutboundHandlerAdapter {
        private final Queue<Held> held = new ArrayDeque<>();
        private boolean open;

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            MqttMessageType type = message instanceof MqttMessage packet ? packet.fixedHeader().messageType() : null;
            if (!open && type == MqttMessageType.PUBLISH) {
                held.add(new Held(message, promise));
                return;
            }
            context.write(message, promise);
            if (type == MqttMessageType.CONNACK) {
                open = true;
                held.forEach(each -> context.write(each.message, each.promise));
                held.clear();
            }
        }

        /** The connection ended before CONNACK: what it was to bring stays with the session. */
        @Override
        public void handlerRemoved(ChannelHandlerContext context) {
            held.forEach(each -> ReferenceCountUtil.release(each.message));
            held.clear();
        }
    }

    private record Held(Object message, ChannelPromise promise) {
    }
}
