package dev.otaroutes.rollout;

/** Why a task failed or was canceled (domain.md, Task states). */
public enum Reason {
    UPGRADE_FAILED("upgrade-failed"),
    DOWNLOAD_FAILED("download-failed"),
    VERIFICATION_FAILED("verification-failed"),
    FLASH_FAILED("flash-failed"),
    TIMEOUT("timeout"),
    VERSION_MISMATCH("version-mismatch"),
    PUSH_FAILED("push-failed"),
    BATCH_CANCELED("batch-canceled"),
    OVERTAKEN("overtaken"),
    DOWNGRADE("downgrade"),
    DEVICE_REMOVED("device-removed");

    private final String text;

    Reason(String text) {
        this.text = text;
    }

    /** @return the name in tables, API and events */
    public String text() {
        return text;
    }

    /**
     * @param step -1 to -4, as a device reports it (protocol.md §4)
     * @throws IllegalArgumentException for any other
     */
    public static Reason ofStep(int step) {
        return switch (step) {
            case -1 -> UPGRADE_FAILED;
            case -2 -> DOWNLOAD_FAILED;
            case -3 -> VERIFICATION_FAILED;
            case -4 -> FLASH_FAILED;
            default -> throw new IllegalArgumentException("step [" + step + "] is no failure: must be -1 to -4");
        };
    }
}
