package dev.otaroutes.download;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otaroutes.rollout.ExternalFile;
import dev.otaroutes.rollout.Finding;
import java.net.http.HttpHeaders;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RemoteAnswerTest {
    private static final ExternalFile FILE = new ExternalFile(7, "fw.bin", "https://cdn.example/fw.bin", 10, "d".repeat(32), null, true);

    @Test
    void aHeadThatSaysAllIsEnough() {
        assertThat(answer("HEAD", 200, "Content-Length: 10", "Accept-Ranges: bytes").saysAllToHead(FILE)).isTrue();
        assertThat(answer("HEAD", 200, "Content-Length: 10", "Accept-Ranges: none, Bytes").saysAllToHead(FILE)).isTrue();
    }

    @Test
    void aHeadThatSaysLessIsNot() {
        assertThat(answer("HEAD", 200, "Content-Length: 10").saysAllToHead(FILE)).isFalse();
        assertThat(answer("HEAD", 200, "Content-Length: 10", "Accept-Ranges: none").saysAllToHead(FILE)).isFalse();
        assertThat(answer("HEAD", 200, "Content-Length: 9", "Accept-Ranges: bytes").saysAllToHead(FILE)).isFalse();
        assertThat(answer("HEAD", 200, "Content-Length: ten", "Accept-Ranges: bytes").saysAllToHead(FILE)).isFalse();
        assertThat(answer("HEAD", 200, "Content-Length: 10", "Accept-Ranges: bytes", "Content-Encoding: gzip").saysAllToHead(FILE)).isFalse();
        assertThat(answer("HEAD", 204, "Content-Length: 10", "Accept-Ranges: bytes").saysAllToHead(FILE)).isFalse();
        assertThat(answer("HEAD", 404).saysAllToHead(FILE)).isFalse();
    }

    @Test
    void thePartSaysHowLongTheFileIs() {
        assertThat(answer("GET", 206, "Content-Range: bytes 0-0/10").toFirstByte(FILE, "it")).isEqualTo(Finding.FINE);
        assertThat(answer("GET", 206, "Content-Range: bytes 0-0/11").toFirstByte(FILE, "it"))
                .isEqualTo(Finding.mismatch("it has 11 bytes, but size was declared as [10]"));
        assertThat(answer("GET", 206, "Content-Range: bytes 0-0/*").toFirstByte(FILE, "it"))
                .isEqualTo(Finding.unreachable("it is of unknown length: the answer 206 has no Content-Range that says it"));
        assertThat(answer("GET", 206, "Content-Range: bytes 0-0/99999999999999999999").toFirstByte(FILE, "it").mismatch()).isFalse();
    }

    @Test
    void whatIsNoPartCannotBeUsed() {
        assertThat(answer("GET", 200, "Content-Length: 10").toFirstByte(FILE, "it").fault()).startsWith("it is not served in parts");
        assertThat(answer("GET", 200, "Content-Length: 9").toFirstByte(FILE, "it"))
                .isEqualTo(Finding.mismatch("it has 9 bytes, but size was declared as [10]"));
        assertThat(answer("GET", 503).toFirstByte(FILE, "it")).isEqualTo(Finding.unreachable("it cannot be downloaded: GET was answered 503"));
    }

    private static RemoteAnswer answer(String method, int status, String... headers) {
        Map<String, List<String>> all = new HashMap<>();
        Arrays.stream(headers).forEach(header -> all.put(header.split(": ")[0], List.of(header.split(": ")[1])));
        return RemoteAnswer.of(method, status, HttpHeaders.of(all, (name, value) -> true));
    }
}
