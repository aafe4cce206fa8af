package dev.otaroutes.mqtt;

import com.hivemq.client.internal.mqtt.codec.decoder.MqttDecoder;
import com.hivemq.client.internal.mqtt.codec.decoder.MqttDecoderContext;
import com.hivemq.client.internal.mqtt.codec.decoder.MqttDecoderException;
import com.hivemq.client.internal.mqtt.codec.decoder.MqttMessageDecoder;
import com.hivemq.client.internal.mqtt.codec.decoder.MqttMessageDecoders;
import com.hivemq.client.internal.mqtt.datatypes.MqttVariableByteInteger;
import com.hivemq.client.internal.mqtt.message.MqttMessage;
import com.hivemq.client.mqtt.mqtt5.message.Mqtt5MessageType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.lang.reflect.Field;

/**
 * Takes a PUBLISH whose properties are malformed, without them.
 * <p>
 * A broker passes on what a device has put there: Mosquitto 2.0 a Response Topic that is empty or has a wildcard. The client (HiveMQ MQTT
 * client 1.3.7) ends the connection for it, as the standard says, and the broker sends the message again on the next one: one device would
 * stop the whole fleet for ever. No route reads these properties.
 */
final class LenientPublishes implements MqttMessageDecoder {
    private static final int PUBLISH = Mqtt5MessageType.PUBLISH.getCode();
    private static final int QOS = 0b0110;
    private static final int PACKET_IDENTIFIER_BYTES = 2;

    private final MqttMessageDecoder strict;

    private LenientPublishes(MqttMessageDecoder strict) {
        this.strict = strict;
    }

    /**
     * Before the first PUBLISH of a connection is read: on its network thread, when CONNACK has come.
     *
     * @throws IllegalStateException if the client is another version, that keeps its decoders elsewhere
     */
    static void install(Channel channel) {
        try {
            Object decoders = field(MqttDecoder.class, "decoders").get(channel.pipeline().get(MqttDecoder.NAME));
            MqttMessageDecoder[] byType = (MqttMessageDecoder[]) field(MqttMessageDecoders.class, "decoders").get(decoders);
            // The client has one set of them for all connections.
            synchronized (LenientPublishes.class) {
                if (!(byType[PUBLISH] instanceof LenientPublishes)) {
                    byType[PUBLISH] = new LenientPublishes(byType[PUBLISH]);
                }
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the MQTT client's decoders are not where they were", e);
        }
    }

    private static Field field(Class<?> of, String name) throws NoSuchFieldException {
        Field field = of.getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }

    @Override
    public MqttMessage decode(int flags, ByteBuf packet, MqttDecoderContext context) throws MqttDecoderException {
        int start = packet.readerIndex();
        try {
            return strict.decode(flags, packet, context);
        } catch (MqttDecoderException e) {
            packet.readerIndex(start);
            ByteBuf bare = withoutProperties(flags, packet);
            if (bare == null) {
                throw e;
            }
            packet.readerIndex(packet.writerIndex());
            return strict.decode(flags, bare, context);
        }
    }

    /** @return null if that is not what is wrong with it */
    private static ByteBuf withoutProperties(int flags, ByteBuf packet) {
        if (packet.readableBytes() < Short.BYTES) {
            return null;
        }
        int header = Short.BYTES + packet.getUnsignedShort(packet.readerIndex()) + ((flags & QOS) == 0 ? 0 : PACKET_IDENTIFIER_BYTES);
        if (packet.readableBytes() <= header) {
            return null;
        }
        ByteBuf bare = Unpooled.buffer(packet.readableBytes());
        bare.writeBytes(packet, header);
        int length = MqttVariableByteInteger.decode(packet);
        if (length <= 0 || length > packet.readableBytes()) {
            return null;
        }
        packet.skipBytes(length);
        return bare.writeByte(0).writeBytes(packet);
    }
}
