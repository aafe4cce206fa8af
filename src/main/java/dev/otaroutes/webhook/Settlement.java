package dev.otaroutes.webhook;

import java.time.Instant;

/** What is to be written down about a lane; several at once go into one transaction. */
sealed interface Settlement {
    LaneRun run();

    /** How a delivery ended, or that it did not. */
    enum Outcome {
        DELIVERED("delivered"), FAILED("waiting"), DEAD("dead");

        private final String status;

        Outcome(String status) {
            this.status = status;
        }

        /** @return the delivery's status in the table */
        String status() {
            return status;
        }
    }

    /**
     * @param started   when the attempt began
     * @param latencyMs until it was answered or given up
     */
    record Attempt(LaneRun run, WaitingDelivery delivery, Outcome outcome, Answer answer, Instant started, long latencyMs)
            implements Settlement {
    }

    /** @param tryAgain when what is left in the lane may be sent; null: at once */
    record Release(LaneRun run, Instant tryAgain) implements Settlement {
    }
}
