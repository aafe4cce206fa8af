package dev.otaroutes.extension;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoutePlacesTest {
    @TempDir
    private Path folder;

    @Test
    void inAFolderOfOursCustomComesFirst() throws IOException {
        Files.createFile(folder.resolve("errors.camel.yaml"));
        Path real = Files.createDirectory(folder.resolve("custom")).toRealPath().getParent();
        RoutePlaces places = RoutePlaces.of(folder);

        assertThat(places.includePattern()).isEqualTo("file:" + real + "/custom/**/*.camel.yaml,file:" + real + "/**/*.camel.yaml");
        assertThat(isOurs(places, "file:" + real + "/errors.camel.yaml")).isTrue();
        assertThat(isOurs(places, "file:" + real + "/custom/mine.camel.yaml")).isFalse();
        assertThat(places.isOurs(null)).as("written in Java").isFalse();
    }

    @Test
    void besideAFolderOfTheirsOursComeWithTheJar() {
        RoutePlaces places = RoutePlaces.of(folder);

        assertThat(places.includePattern()).startsWith("file:").contains(",classpath:ota-routes/errors.camel.yaml",
                ",classpath:ota-routes/operator/batches.camel.yaml").doesNotContain("custom");
        assertThat(isOurs(places, "classpath:ota-routes/errors.camel.yaml")).isTrue();
        assertThat(isOurs(places, "file:" + folder + "/mine.camel.yaml")).isFalse();
    }

    @Test
    void withoutAFolderThereIsNothingToWatch() {
        RoutePlaces places = RoutePlaces.of(folder.resolve("absent"));

        assertThat(places.folder()).isNull();
        assertThat(places.includePattern()).startsWith("classpath:ota-routes/");
    }

    @Test
    void whatAConfigMapKeepsBesideItsFilesIsNoRoute() {
        assertThat(RoutePlaces.isHidden(ResourceHelper.fromString("file:/opt/ota-routes/routes/custom/..2026_11_28/mine.camel.yaml", ""))).isTrue();
        assertThat(RoutePlaces.isHidden(ResourceHelper.fromString("file:/opt/ota-routes/routes/custom/mine..camel.yaml", ""))).isFalse();
    }

    private static boolean isOurs(RoutePlaces places, String location) {
        return places.isOurs(ResourceHelper.fromString(location, ""));
    }
}
