package dev.atoll.cli.s3;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Signatures, against the example that the S3 API reference works out. */
class SignatureTest {
    private static final S3Access EXAMPLE =
            new S3Access(
                    URI.create("https://examplebucket.s3.amazonaws.com"),
                    "us-east-1",
                    "AKIAIOSFODNN7EXAMPLE",
                    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
                    Optional.empty());

    @Test
    void theExampleOfTheReference() {
        assertThat(
                        Signature.sign(
                                EXAMPLE,
                                "GET",
                                "/test.txt",
                                Map.of("range", "bytes=0-9"),
                                Instant.parse("2013-05-24T00:00:00Z")))
                .containsEntry("x-amz-date", "20130524T000000Z")
                .doesNotContainKey("host")
                .containsEntry(
                        "authorization",
                        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/"
                                + "aws4_request,SignedHeaders=host;range;x-amz-content-sha256;"
                                + "x-amz-date,Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f017"
                                + "0aba48dd91039c6036bdb41");
    }

    @Test
    void namesMayHaveAnyCharacter() {
        assertThat(Signature.encode("/b/a key/\u00e4+%~.txt"))
                .isEqualTo("/b/a%20key/%C3%A4%2B%25~.txt");
    }

    @Test
    void nobodySeesTheSecretByPrintingIt() {
        assertThat(EXAMPLE.toString()).doesNotContain("wJalr").contains("AKIAIOSFODNN7EXAMPLE");
    }
}
