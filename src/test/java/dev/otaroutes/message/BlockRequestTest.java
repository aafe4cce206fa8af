package dev.otaroutes.message;

import static dev.otaroutes.message.Refusals.assertRefused;
import static dev.otaroutes.message.Refusals.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlockRequestTest {
    private static final String REST = "\"fileInfo\":{\"streamId\":7,\"fileId\":1},\"fileBlock\":{\"size\":256,\"offset\":512}";

    @Test
    void aRequestIsReadAsTheProtocolShowsIt() {
        assertThat(BlockRequest.parse(utf8("{\"id\":\"123456\",\"version\":\"1.0\",\"params\":{\"fileToken\":\"1bb8\"," + REST + "}}")))
                .isEqualTo(new BlockRequest("123456", false, "1bb8", 7, 1, 256, 512));
    }

    @Test
    void idAndTokenMayBeMissingAndTheIdANumber() {
        assertThat(BlockRequest.parse(utf8("{\"params\":{" + REST + "}}"))).isEqualTo(new BlockRequest(null, false, null, 7, 1, 256, 512));
        assertThat(BlockRequest.parse(utf8("{\"id\":12,\"params\":{\"fileToken\":null," + REST + "}}")))
                .isEqualTo(new BlockRequest("12", true, null, 7, 1, 256, 512));
    }

    @Test
    void anIdThatIsCutIsNoNumberAnyMore() {
        String digits = "1".repeat(65);
        assertThat(BlockRequest.parse(utf8("{\"id\":" + digits + ",\"params\":{" + REST + "}}")).numericId()).isFalse();
    }

    @Test
    void numbersMayBeTextsAndBeyondEveryFile() {
        assertThat(BlockRequest.parse(utf8("{\"params\":{\"fileInfo\":{\"streamId\":\"7\",\"fileId\":\"1\"},"
                + "\"fileBlock\":{\"size\":0,\"offset\":99999999999999999999}}}")))
                .isEqualTo(new BlockRequest(null, false, null, 7, 1, 0, Long.MAX_VALUE));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{}                                                                                                 | bad-file-info  | params.fileInfo.streamId must be a whole number from 0, but was missing",
        "{\"fileInfo\":7}                                                                                   | bad-file-info  | params.fileInfo.streamId must be a whole number from 0, but was missing",
        "{\"fileInfo\":{\"streamId\":7}}                                                                    | bad-file-info  | params.fileInfo.fileId must be a whole number from 0, but was missing",
        "{\"fileInfo\":{\"streamId\":-7,\"fileId\":1}}                                                      | bad-file-info  | params.fileInfo.streamId must be a whole number from 0, but was [-7]",
        "{\"fileInfo\":{\"streamId\":\"x\",\"fileId\":1}}                                                   | bad-file-info  | params.fileInfo.streamId must be a whole number from 0, but was [\"x\"]",
        "{\"fileInfo\":{\"streamId\":7,\"fileId\":1}}                                                       | bad-file-block | params.fileBlock.size must be a whole number from 0, but was missing",
        "{\"fileInfo\":{\"streamId\":7,\"fileId\":1},\"fileBlock\":{\"size\":256}}                          | bad-file-block | params.fileBlock.offset must be a whole number from 0, but was missing",
        "{\"fileInfo\":{\"streamId\":7,\"fileId\":1},\"fileBlock\":{\"size\":25.6,\"offset\":0}}            | bad-file-block | params.fileBlock.size must be a whole number from 0, but was [25.6]",
        "{\"fileInfo\":{\"streamId\":7,\"fileId\":1},\"fileBlock\":{\"size\":256,\"offset\":-1}}            | bad-file-block | params.fileBlock.offset must be a whole number from 0, but was [-1]",
        "{\"fileToken\":5}                                                                                  | bad-file-token | params.fileToken must be a string, but was [5]"})
    void whatIsMalformedIsRefused(String params, String reason, String detail) {
        assertRefused(() -> BlockRequest.parse(utf8("{\"params\":" + params + "}")), reason, detail);
    }

    @Test
    void aTokenHasRoomBesideTheHeadersLength() {
        String frame = "{\"params\":{\"fileToken\":\"%s\"," + REST + "}}";
        assertThat(BlockRequest.parse(utf8(String.format(frame, "t".repeat(256)))).fileToken()).hasSize(256);
        assertRefused(() -> BlockRequest.parse(utf8(String.format(frame, "t".repeat(257)))), "bad-file-token",
                "params.fileToken must have at most 256 characters, but has [257]");
    }
}
