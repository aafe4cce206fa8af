package dev.otaroutes.mqtt;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Has a network thread hand on at once what came of a read, and lets it rest then until so long after the read before. What comes, and what is
 * to be sent, meanwhile is read and sent at once: message by message most of its time, and of that of the threads that it wakes, goes into
 * falling asleep and being woken. A read that comes later than that finds no rest.
 */
final class ReadPace extends ChannelInboundHandlerAdapter {
    private static final long NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final List<RouteThreads> brings;
    private long last = System.nanoTime() - NANOS;

    /** @param brings what a read may bring tasks to */
    ReadPace(List<RouteThreads> brings) {
        this.brings = brings;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        brings.forEach(RouteThreads::gather);
        context.fireChannelRead(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.fireChannelReadComplete();
        brings.forEach(RouteThreads::handOver);
        LockSupport.parkNanos(NANOS - (System.nanoTime() - last));
        last = System.nanoTime();
    }

    /** Without an end of the last read, if that is what ended the connection. */
    @Override
    public void channelInactive(ChannelHandlerContext context) {
        context.fireChannelInactive();
        brings.forEach(RouteThreads::handOver);
    }
}
