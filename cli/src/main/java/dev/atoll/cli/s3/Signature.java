package dev.atoll.cli.s3;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs requests that have no body, by AWS Signature Version 4 for S3: "Authenticating Requests:
 * Using the Authorization Header" in the S3 API reference.
 */
final class Signature {
    private static final String ALGORITHM = "AWS4-HMAC-SHA256";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final HexFormat HEX = HexFormat.of();

    private Signature() {}

    /**
     * The headers to be sent: those given, apart from Host, and what the signature needs.
     *
     * @param path encoded by {@link #encode}
     * @param headers by names in lower case
     */
    static SortedMap<String, String> sign(
            S3Access access, String method, String path, Map<String, String> headers, Instant now) {
        String time = TIME.format(now);
        SortedMap<String, String> all = new TreeMap<>(headers);
        all.put("host", access.host());
        all.put("x-amz-content-sha256", HEX.formatHex(sha256("")));
        all.put("x-amz-date", time);
        access.sessionToken().ifPresent(token -> all.put("x-amz-security-token", token));
        StringBuilder canonical = new StringBuilder();
        canonical.append(method).append('\n').append(path).append("\n\n");
        all.forEach((name, value) ->
                canonical.append(name).append(':').append(value.strip()).append('\n'));
        String signed = String.join(";", all.keySet());
        canonical.append('\n').append(signed).append('\n').append(all.get("x-amz-content-sha256"));
        String date = time.substring(0, 8);
        String scope = "%s/%s/s3/aws4_request".formatted(date, access.region());
        String toSign =
                String.join(
                        "\n", ALGORITHM, time, scope, HEX.formatHex(sha256(canonical.toString())));
        byte[] key = ("AWS4" + access.secretKey()).getBytes(StandardCharsets.UTF_8);
        for (String part : scope.split("/", -1)) {
            key = hmac(key, part);
        }
        all.remove("host");
        all.put(
                "authorization",
                "%s Credential=%s/%s,SignedHeaders=%s,Signature=%s"
                        .formatted(
                                ALGORITHM,
                                access.keyId(),
                                scope,
                                signed,
                                HEX.formatHex(hmac(key, toSign))));
        return all;
    }

    /** A path as it is signed and sent: all but letters, digits, "-._~" and "/" as %XX. */
    static String encode(String path) {
        StringBuilder encoded = new StringBuilder(path.length());
        for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean isPlain =
                    (c >= 'A' && c <= 'Z')
                            || (c >= 'a' && c <= 'z')
                            || (c >= '0' && c <= '9')
                            || "-._~/".indexOf(c) >= 0;
            if (isPlain) {
                encoded.append(c);
            } else {
                encoded.append('%').append(HEX.withUpperCase().toHexDigits(b));
            }
        }
        return encoded.toString();
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }
}
