package dev.atoll.runtime.grpc;

import dev.atoll.runtime.config.Key;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Who may speak with a process; a part of the settings of each program.
 *
 * @param tokenFile the secret that callers must show
 * @param tlsCertificate the certificate of this process
 * @param tlsKey its private key
 * @param tlsAuthorities whom to trust
 * @param insecure whether to serve other machines without knowing who calls
 */
public record SecurityConfig(
        @Key(
                        name = "token-file",
                        value = "",
                        doc =
                                "A file with the secret that every caller must show, readable by"
                                        + " its owner only; nothing: no secret.")
                Optional<Path> tokenFile,
        @Key(name = "tls-cert", value = "", doc = "The certificate chain of this process, PEM.")
                Optional<Path> tlsCertificate,
        @Key(name = "tls-key", value = "", doc = "The private key of this process, PEM, PKCS 8.")
                Optional<Path> tlsKey,
        @Key(
                        name = "tls-ca",
                        value = "",
                        doc =
                                "The certificates of the authorities to trust, PEM. With it,"
                                        + " callers must show a certificate too.")
                Optional<Path> tlsAuthorities,
        @Key(
                        name = "insecure",
                        value = "false",
                        doc =
                                "Serve other machines without token or certificates: whoever"
                                        + " reaches it may run programs here.")
                boolean insecure) {
    public SecurityConfig {
        if (tlsCertificate.isPresent() != tlsKey.isPresent()) {
            throw new IllegalArgumentException("tls-cert and tls-key must be given together");
        }
    }

    /** No token and no TLS: for this machine only. */
    public static SecurityConfig none() {
        return new SecurityConfig(
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), false);
    }
}
