package dev.otaroutes.message;

/** CRC-16/IBM, also called CRC-16/ARC: polynomial 0x8005, both ends reflected, begun with 0 (protocol.md §6). */
final class Crc16 {
    private static final int REFLECTED_POLYNOMIAL = 0xA001;
    private static final int[] TABLE = table();

    private Crc16() {
    }

    /** @return 0 to 0xFFFF; 0 for no bytes */
    static int of(byte[] bytes, int from, int length) {
        int crc = 0;
        for (int i = from; i < from + length; i++) {
            crc = crc >>> 8 ^ TABLE[(crc ^ bytes[i]) & 0xFF];
        }
        return crc;
    }

    private static int[] table() {
        int[] table = new int[256];
        for (int value = 0; value < table.length; value++) {
            int crc = value;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ REFLECTED_POLYNOMIAL;
            }
            table[value] = crc;
        }
        return table;
    }
}
