package dev.otaroutes.simulator;

/** What goes wrong when a simulated device upgrades; {@link #NONE} if nothing does. */
enum Mishap {
    NONE("none"),
    LOSES_THE_CONNECTION("lost-connection"),
    CANNOT_DOWNLOAD("download"),
    READS_ITS_FLASH_WRONG("verification"),
    CANNOT_WRITE_ITS_FLASH("flash"),
    SAYS_NOTHING("silent"),
    BOOTS_THE_OLD_IMAGE("old-image"),
    /** It is not there at all: neither informs nor hears. */
    IS_ABSENT("absent");

    private final String text;

    Mishap(String text) {
        this.text = text;
    }

    /** @return its name in {@code --mix} */
    String text() {
        return text;
    }
}
