package dev.otaroutes.mqtt;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets a network thread rest after a read until so long after the one before it. What comes, and what is to be sent, meanwhile is then read
 * and sent at once: message by message most of its time, and of that of the threads that it wakes, goes into falling asleep and being woken.
 * A read that comes later than that finds no rest.
 */
final class ReadPace extends ChannelInboundHandlerAdapter {
    private static final long NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private long last = System.nanoTime() - NANOS;

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.fireChannelReadComplete();
        LockSupport.parkNanos(NANOS - (System.nanoTime() - last));
        last = System.nanoTime();
    }
}
