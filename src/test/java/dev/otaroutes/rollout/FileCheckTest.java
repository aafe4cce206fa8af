package dev.otaroutes.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class FileCheckTest {
    private static final Finding GONE = Finding.unreachable("404");

    @Test
    void aFileThatIsThereIsLookedAtEveryTenMinutes() {
        assertThat(FileCheck.of(Finding.FINE, 2)).isEqualTo(new FileCheck(0, Duration.ofMinutes(10), null));
    }

    @Test
    void theThirdFailureInARowPauses() {
        assertThat(FileCheck.of(GONE, 0)).isEqualTo(new FileCheck(1, Duration.ofMinutes(1), null));
        assertThat(FileCheck.of(GONE, 1)).isEqualTo(new FileCheck(2, Duration.ofMinutes(1), null));
        assertThat(FileCheck.of(GONE, 2)).isEqualTo(new FileCheck(0, Duration.ZERO, "package-unreachable"));
    }

    @Test
    void otherBytesPauseAtOnce() {
        assertThat(FileCheck.of(Finding.mismatch("other"), 0)).isEqualTo(new FileCheck(0, Duration.ZERO, "package-mismatch"));
    }

    @Test
    void aFaultFitsItsColumn() {
        assertThat(Finding.unreachable("x".repeat(501)).fault()).hasSize(500);
    }
}
