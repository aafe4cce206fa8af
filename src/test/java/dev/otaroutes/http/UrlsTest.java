package dev.otaroutes.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UrlsTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "https://cdn.example/a/b.bin, https://cdn.example/a/b.bin",
        "http://cdn.example:8080, http://cdn.example:8080",
        "https://me:secret@cdn.example/b.bin, https://***@cdn.example/b.bin",
        "https://me:sec%40ret@cdn.example:1/b.bin?Signature=secret&Expires=1, https://***@cdn.example:1/b.bin?***",
        "http://me:sec ret@x/, ***"})
    void whatMayBeASecretIsNotShown(String url, String shown) {
        assertThat(Urls.shown(url)).isEqualTo(shown);
    }
}
