package dev.otaroutes.rollout;

import static dev.otaroutes.rollout.Stage.Verdict.GO_ON;
import static dev.otaroutes.rollout.Stage.Verdict.NEXT_STAGE;
import static dev.otaroutes.rollout.Stage.Verdict.TOO_FEW_SUCCESSES;
import static dev.otaroutes.rollout.Stage.Verdict.TOO_MANY_FAILURES;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

/** A batch of 1,000 tasks whose second stage is full at 30 %, after a first one of 10 %. */
class StageTest {
    private static final Stage STAGE = new Stage(BigDecimal.valueOf(30), BigDecimal.valueOf(90), BigDecimal.valueOf(5));

    @Test
    void hasRoomForItsShareOfAllTasks() {
        assertThat(STAGE.room(tally(0, 0, 0))).isEqualTo(200);
        assertThat(STAGE.room(tally(150, 0, 0))).isEqualTo(50);
        assertThat(STAGE.room(tally(200, 0, 0))).isZero();
        assertThat(new Stage(BigDecimal.valueOf(0.1), null, null).room(new Stage.Tally(10, 0, 0, 0, 0, 0))).as("a part of a task is one").isEqualTo(1);
        assertThat(STAGE.room(new Stage.Tally(100, 100, 0, 0, 0, 0))).as("an earlier stage had more, before tasks were canceled").isZero();
    }

    @Test
    void goesOnAsSoonAsEnoughHaveSucceededForWhateverTheOthersDo() {
        assertThat(verdict(tally(200, 179, 0))).isEqualTo(GO_ON);
        assertThat(verdict(tally(200, 180, 0))).isEqualTo(NEXT_STAGE);
        assertThat(verdict(tally(199, 180, 0))).as("not all have been let go").isEqualTo(GO_ON);
    }

    @Test
    void pausesAsSoonAsTooManyHaveFailedWhateverTheOthersDo() {
        assertThat(verdict(tally(200, 0, 9))).isEqualTo(GO_ON);
        assertThat(verdict(tally(200, 100, 10))).isEqualTo(TOO_MANY_FAILURES);
    }

    @Test
    void pausesBeforeAllHaveBeenToldWhenMoreThanAFewHaveFailed() {
        assertThat(verdict(tally(1, 0, 1))).as("the first that ends says nothing about the others").isEqualTo(GO_ON);
        assertThat(verdict(tally(100, 40, 9))).as("9 %, but few").isEqualTo(GO_ON);
        assertThat(verdict(tally(100, 40, 10))).isEqualTo(TOO_MANY_FAILURES);
        Stage last = new Stage(BigDecimal.valueOf(100), null, BigDecimal.valueOf(5));
        assertThat(last.verdict(new Stage.Tally(1_000_000, 0, 201, 100, 10, 110), 0, true)).as("10 of 201").isEqualTo(GO_ON);
        assertThat(last.verdict(new Stage.Tally(1_000_000, 0, 200, 100, 10, 110), 0, true)).as("10 of 200").isEqualTo(TOO_MANY_FAILURES);
    }

    @Test
    void whenAllHaveEndedFailuresAreAShareOfThoseThatWereNotCanceled() {
        assertThat(verdict(new Stage.Tally(1_000, 100, 200, 38, 2, 200))).as("2 of 40").isEqualTo(TOO_MANY_FAILURES);
        assertThat(verdict(new Stage.Tally(1_000, 100, 200, 39, 2, 200))).as("2 of 41").isEqualTo(NEXT_STAGE);
    }

    @Test
    void failuresThatAnOperatorKnewOfCountNoMore() {
        assertThat(STAGE.verdict(tally(200, 100, 10), 10, false)).isEqualTo(GO_ON);
        assertThat(STAGE.verdict(tally(200, 100, 19), 10, false)).isEqualTo(GO_ON);
        assertThat(STAGE.verdict(tally(200, 100, 20), 10, false)).isEqualTo(TOO_MANY_FAILURES);
    }

    @Test
    void whenAllHaveEndedTheCanceledAreNeitherSuccessNorFailure() {
        Stage lenient = new Stage(BigDecimal.valueOf(30), BigDecimal.valueOf(90), null);
        assertThat(lenient.verdict(new Stage.Tally(1_000, 100, 200, 90, 10, 200), 0, false)).isEqualTo(NEXT_STAGE);
        assertThat(lenient.verdict(new Stage.Tally(1_000, 100, 200, 89, 10, 200), 0, false)).isEqualTo(TOO_FEW_SUCCESSES);
        assertThat(lenient.verdict(new Stage.Tally(1_000, 100, 200, 89, 10, 200), 10, false)).as("the operator went on all the same").isEqualTo(NEXT_STAGE);
        assertThat(lenient.verdict(new Stage.Tally(1_000, 100, 200, 89, 10, 199), 0, false)).isEqualTo(GO_ON);
        assertThat(lenient.verdict(new Stage.Tally(1_000, 100, 200, 0, 0, 200), 0, false)).as("all canceled").isEqualTo(NEXT_STAGE);
    }

    @Test
    void withoutThresholdsItIsEnoughThatAllHaveEnded() {
        Stage free = new Stage(BigDecimal.valueOf(30), null, null);
        assertThat(free.verdict(tally(200, 0, 199), 0, false)).isEqualTo(GO_ON);
        assertThat(free.verdict(tally(200, 0, 200), 0, false)).isEqualTo(NEXT_STAGE);
    }

    @Test
    void theLastOneOnlyEverPauses() {
        Stage last = new Stage(BigDecimal.valueOf(100), BigDecimal.valueOf(90), BigDecimal.valueOf(5));
        assertThat(last.verdict(new Stage.Tally(1_000, 300, 700, 700, 0, 700), 0, true)).isEqualTo(GO_ON);
        assertThat(last.verdict(new Stage.Tally(1_000, 300, 700, 0, 35, 35), 0, true)).isEqualTo(TOO_MANY_FAILURES);
        assertThat(last.verdict(new Stage.Tally(1_000, 300, 700, 0, 700, 700), 0, true)).as("nothing is left that could be paused").isEqualTo(GO_ON);
    }

    private static Stage.Verdict verdict(Stage.Tally tally) {
        return STAGE.verdict(tally, 0, false);
    }

    private static Stage.Tally tally(long letGo, long succeeded, long failed) {
        return new Stage.Tally(1_000, 100, letGo, succeeded, failed, succeeded + failed);
    }
}
