package dev.otaroutes.operator;

import java.io.IOException;

/** Where the bytes of an upload go: a file, or the tasks of a batch. One call at a time. */
interface UploadTarget {
    /** Returns when the bytes have been taken care of; no more come before. */
    void write(byte[] bytes) throws IOException;

    /** The body broke off or was refused. */
    void discard() throws IOException;
}
