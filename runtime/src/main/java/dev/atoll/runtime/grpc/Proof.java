package dev.atoll.runtime.grpc;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** How a server shows that it knows the cluster's secret to somebody who has not told it. */
final class Proof {
    /* A call without the token, but with a challenge, is refused like any other without the token;
     * the refusal carries a code that only follows from token and challenge. */

    private static final Metadata.Key<String> CHALLENGE =
            Metadata.Key.of("atoll-challenge", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> PROOF =
            Metadata.Key.of("atoll-proof", Metadata.ASCII_STRING_MARSHALLER);
    private static final String ALGORITHM = "HmacSHA256";
    private static final int CHALLENGE_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Proof() {}

    /** A challenge that was never used before. */
    static String challenge() {
        byte[] bytes = new byte[CHALLENGE_BYTES];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    static void demand(String challenge, Metadata headers) {
        headers.put(CHALLENGE, challenge);
    }

    /** Adds the proof to a refusal, if there was a challenge of the right form. */
    static void give(BearerToken token, Metadata headers, Metadata trailers) {
        @Nullable String challenge = headers.get(CHALLENGE);
        if (challenge != null && challenge.length() == 2 * CHALLENGE_BYTES) {
            trailers.put(PROOF, code(token, challenge));
        }
    }

    /** Whether a call was refused by somebody who knows the token. */
    static boolean isIn(StatusRuntimeException refusal, BearerToken token, String challenge) {
        Metadata trailers = refusal.getTrailers();
        if (refusal.getStatus().getCode() != Status.Code.UNAUTHENTICATED || trailers == null) {
            return false;
        }
        @Nullable String given = trailers.get(PROOF);
        return given != null
                && MessageDigest.isEqual(
                        given.getBytes(StandardCharsets.US_ASCII),
                        code(token, challenge).getBytes(StandardCharsets.US_ASCII));
    }

    private static String code(BearerToken token, String challenge) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(token.header().getBytes(StandardCharsets.UTF_8), ALGORITHM));
            return HexFormat.of()
                    .formatHex(
                            mac.doFinal(
                                    ("atoll-proof " + challenge)
                                            .getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }
}
