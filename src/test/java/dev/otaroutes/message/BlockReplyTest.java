package dev.otaroutes.message;

import static dev.otaroutes.message.Refusals.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class BlockReplyTest {
    private static final BlockRequest REQUEST = new BlockRequest("1", false, "1bb8", 7, 1, 9, 512);

    @Test
    void theReplyIsLengthHeaderBlockAndCrcLowByteFirst() {
        BlockReply reply = BlockReply.of(REQUEST, 1_238_848, 9, 1_000);
        System.arraycopy(utf8("123456789"), 0, reply.payload(), reply.start(), reply.length());

        String header = "{\"id\":\"1\",\"code\":200,\"msg\":\"success\",\"data\":{\"fileToken\":\"1bb8\",\"fileLength\":1238848,\"bSize\":9,\"bOffset\":512}}";
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        expected.write(0);
        expected.write(header.length());
        expected.writeBytes(utf8(header + "123456789"));
        expected.write(0x3D);
        expected.write(0xBB);
        assertThat(reply.seal()).isEqualTo(expected.toByteArray());
    }

    @Test
    void aHeaderOfMoreThan255BytesHasItsLengthInBoth() {
        BlockRequest request = new BlockRequest("1", false, "t".repeat(256), 7, 1, 9, 0);
        byte[] payload = BlockReply.of(request, 9, 9, 1_000).seal();

        int header = Byte.toUnsignedInt(payload[0]) * 256 + Byte.toUnsignedInt(payload[1]);
        assertThat(header).isGreaterThan(256);
        assertThat(new String(payload, 2, header, StandardCharsets.UTF_8)).startsWith("{").endsWith("}}");
        assertThat(payload).hasSize(2 + header + 9 + 2);
    }

    @Test
    void anIdIsEchoedAsItCame() {
        assertThat(header(BlockReply.of(new BlockRequest("12", true, null, 7, 1, 9, 0), 9, 9, 1_000)))
                .isEqualTo("{\"id\":12,\"code\":200,\"msg\":\"success\",\"data\":{\"fileLength\":9,\"bSize\":9,\"bOffset\":0}}");
        assertThat(header(BlockReply.of(new BlockRequest(null, false, null, 7, 1, 9, 0), 9, 9, 1_000)))
                .isEqualTo("{\"code\":200,\"msg\":\"success\",\"data\":{\"fileLength\":9,\"bSize\":9,\"bOffset\":0}}");
    }

    @Test
    void aBlockIsCutToWhatCanBeSent() {
        BlockReply reply = BlockReply.of(REQUEST, 1_238_848, 131_072, 65_000);

        assertThat(reply.payload()).hasSizeBetween(64_990, 65_000);
        assertThat(header(reply)).contains("\"bSize\":" + reply.length() + ",");
        assertThat(BlockReply.of(REQUEST, 1_238_848, 131_072, 100)).isNull();
    }

    @Test
    void aRefusalHasNeitherBlockNorCrc() {
        byte[] payload = BlockReply.refusal(REQUEST, 404, "there is none");

        assertThat(new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8))
                .isEqualTo("{\"id\":\"1\",\"code\":404,\"msg\":\"there is none\",\"data\":{\"fileToken\":\"1bb8\"}}");
        assertThat(Byte.toUnsignedInt(payload[1])).isEqualTo(payload.length - 2);
    }

    private static String header(BlockReply reply) {
        return new String(reply.payload(), 2, reply.start() - 2, StandardCharsets.UTF_8);
    }
}
