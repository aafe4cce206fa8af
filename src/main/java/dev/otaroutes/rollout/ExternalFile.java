package dev.otaroutes.rollout;

/**
 * A file of a package whose bytes are elsewhere, as the operator declared it (domain.md, Package).
 *
 * @param url       http or https; may have a user and password in it
 * @param size      bytes
 * @param md5       in lower-case hex; null if not declared
 * @param sha256    in lower-case hex; null if not declared
 * @param redirects whether the devices that download it follow them
 */
public record ExternalFile(long packageId, String name, String url, long size, String md5, String sha256, boolean redirects) {
}
