package dev.otaroutes.message;

/** The digest by which a device checks a file; the names are those on the wire, in the API and in the tables. */
public enum SignMethod {
    MD5, SHA256
}
