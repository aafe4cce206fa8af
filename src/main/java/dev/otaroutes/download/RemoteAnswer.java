package dev.otaroutes.download;

import dev.otaroutes.rollout.ExternalFile;
import dev.otaroutes.rollout.Finding;
import java.net.http.HttpHeaders;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server answered about a file, and what that says (domain.md, Package).
 *
 * @param method    with which it was asked
 * @param length    of the answer's body; null if it does not say, or the body is encoded
 * @param parts     whether it says that it serves parts
 * @param partOf    length of the file that the part is of; null if it does not say
 */
record RemoteAnswer(String method, int status, Long length, boolean parts, Long partOf) {
    private static final Pattern PART = Pattern.compile("bytes [0-9]+-[0-9]+/([0-9]{1,18})");

    static RemoteAnswer of(String method, int status, HttpHeaders headers) {
        OptionalLong length = headers.firstValue("Content-Encoding").filter(encoding -> !encoding.equalsIgnoreCase("identity")).isPresent()
                ? OptionalLong.empty() : number(headers);
        Matcher part = PART.matcher(headers.firstValue("Content-Range").orElse(""));
        return new RemoteAnswer(method, status, length.isPresent() ? length.getAsLong() : null,
                headers.allValues("Accept-Ranges").stream().anyMatch(units -> units.toLowerCase(Locale.ROOT).contains("bytes")),
                part.matches() ? Long.valueOf(part.group(1)) : null);
    }

    private static OptionalLong number(HttpHeaders headers) {
        try {
            return headers.firstValueAsLong("Content-Length");
        } catch (NumberFormatException notANumber) {
            return OptionalLong.empty();
        }
    }

    /** Whether an answer to HEAD says all that is asked; else a request for a part tells: many servers refuse HEAD, or say less or nonsense in it. */
    boolean saysAllToHead(ExternalFile file) {
        return status == 200 && length != null && length == file.size() && parts;
    }

    /** What an answer to a request for the first byte says. */
    Finding toFirstByte(ExternalFile file, String where) {
        if (status == 200) {
            return length != null && length != file.size() ? wrongSize(file, where, length) : Finding.unreachable(where
                    + " is not served in parts: a request for a Range was answered 200, and a device could not go on after a break");
        }
        if (status != 206) {
            return unusable(where);
        }
        if (partOf == null) {
            return Finding.unreachable(where + " is of unknown length: the answer 206 has no Content-Range that says it");
        }
        return partOf == file.size() ? Finding.FINE : wrongSize(file, where, partOf);
    }

    /** Of an answer that has no file in it. */
    Finding unusable(String where) {
        return Finding.unreachable(where + " cannot be downloaded: " + method + " was answered " + status);
    }

    static Finding wrongSize(ExternalFile file, String where, long found) {
        return Finding.mismatch(where + " has " + found + " bytes, but size was declared as [" + file.size() + "]");
    }
}
