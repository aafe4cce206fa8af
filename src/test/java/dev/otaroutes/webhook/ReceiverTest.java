package dev.otaroutes.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReceiverTest {
    private static final Instant NOW = Instant.parse("2026-11-23T15:04:05.123Z");
    private static final Instant LATER = NOW.plus(Receiver.PAUSE);
    private static final Answer DELIVERED = new Answer(204, null, null);
    private static final Answer ERROR = new Answer(500, null, "the receiver answered 500");

    private final Receiver receiver = new Receiver(32);

    @Test
    void failuresInARowLeaveOneLaneAtATimeAndAPauseBetweenThem() {
        fail(ERROR, Receiver.FAILURES - 1, NOW);
        assertThat(receiver.free(NOW)).isEqualTo(32);

        fail(ERROR, 1, NOW);
        assertThat(receiver.free(NOW)).isZero();
        assertThat(receiver.restUntil()).isEqualTo(LATER);
        assertThat(receiver.free(LATER.minusMillis(1))).isZero();
        assertThat(receiver.free(LATER)).isEqualTo(1);

        receiver.take(1);
        assertThat(receiver.free(LATER)).as("while it is asked").isZero();
        fail(ERROR, 1, LATER);
        receiver.giveBack();
        assertThat(receiver.free(LATER.plus(Receiver.PAUSE).minusMillis(1))).isZero();
        assertThat(receiver.free(LATER.plus(Receiver.PAUSE))).isEqualTo(1);
    }

    @Test
    void whatIsStillOnItsWayIsNoReasonToAskAgain() {
        receiver.take(32);
        fail(ERROR, Receiver.FAILURES, NOW);

        assertThat(receiver.free(LATER)).isNotPositive();
    }

    @Test
    void oneSuccessIsEnough() {
        fail(ERROR, 2 * Receiver.FAILURES, NOW);

        receiver.answered(DELIVERED, NOW);

        assertThat(receiver.free(NOW)).isEqualTo(32);
        fail(ERROR, Receiver.FAILURES - 1, NOW);
        assertThat(receiver.free(NOW)).as("counted anew").isEqualTo(32);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(ints = {302, 401, 403, 404, 408, 429, 500, 502, 503, 504})
    void anAnswerThatSaysItIsUnwellCounts(int status) {
        fail(new Answer(status, null, "no"), Receiver.FAILURES, NOW);

        assertThat(receiver.resting(NOW)).isTrue();
    }

    @Test
    void whatItAskedForEndsWhenItsSubscriptionIsChanged() {
        receiver.ofSubscription(NOW);
        receiver.rest(NOW.plusSeconds(259_200));
        receiver.ofSubscription(NOW);
        assertThat(receiver.free(NOW)).isZero();

        receiver.ofSubscription(NOW.plusSeconds(60));
        assertThat(receiver.free(NOW)).isEqualTo(32);
    }

    @Test
    void noAnswerCounts() {
        fail(Answer.failed("the connection failed"), Receiver.FAILURES, NOW);

        assertThat(receiver.resting(NOW)).isTrue();
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(ints = {400, 409, 413, 415, 422})
    void anAnswerAboutTheEventDoesNot(int status) {
        fail(new Answer(status, null, "no"), 2 * Receiver.FAILURES, NOW);

        assertThat(receiver.free(NOW)).isEqualTo(32);
        assertThat(receiver.lastError()).isEqualTo("no");
    }

    @Test
    void whatCouldNotBeSentDoesNot() {
        for (int i = 0; i < 2 * Receiver.FAILURES; i++) {
            receiver.answered(Answer.notAsked("this format knows no such event"), NOW);
        }

        assertThat(receiver.free(NOW)).isEqualTo(32);
        assertThat(receiver.lastError()).isEqualTo("this format knows no such event");
    }

    @Test
    void whatWasNotPostedIsNoSuccess() {
        fail(ERROR, Receiver.FAILURES, NOW);

        receiver.answered(new Answer(null, null, null, false), NOW);

        assertThat(receiver.resting(NOW)).isTrue();
        assertThat(receiver.lastError()).isEqualTo("the receiver answered 500");
    }

    @Test
    void aFormatThatFailedAndSendsByItselfIsWellWhenItHasSent() {
        receiver.answered(Answer.notAsked("the broker is away"), NOW);
        assertThat(receiver.lastError()).isEqualTo("the broker is away");

        receiver.answered(new Answer(null, null, null, false), NOW);

        assertThat(receiver.lastError()).isNull();
    }

    @Test
    void theLongerOfTwoRestsHolds() {
        receiver.rest(NOW.plusSeconds(60));
        fail(ERROR, Receiver.FAILURES, NOW);
        assertThat(receiver.restUntil()).isEqualTo(NOW.plusSeconds(60));

        receiver.answered(DELIVERED, NOW);
        assertThat(receiver.resting(NOW)).as("what it asked for").isTrue();
        receiver.reset();
        assertThat(receiver.free(NOW)).isEqualTo(32);
    }

    private void fail(Answer answer, int times, Instant at) {
        for (int i = 0; i < times; i++) {
            receiver.answered(answer, at);
        }
    }
}
