package dev.atoll.runtime.grpc;

import dev.atoll.runtime.config.ConfigException;
import dev.atoll.runtime.config.HostAndPort;

import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ServerCredentials;
import io.grpc.TlsChannelCredentials;
import io.grpc.TlsServerCredentials;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Who may speak with a process, and how it shows others who it is. Files are read once. */
public final class Security {
    private final Optional<BearerToken> token;
    private final ServerCredentials serverCredentials;
    private final ChannelCredentials channelCredentials;
    private final boolean mayServeOthers;

    private Security(
            Optional<BearerToken> token,
            ServerCredentials serverCredentials,
            ChannelCredentials channelCredentials,
            boolean mayServeOthers) {
        this.token = token;
        this.serverCredentials = serverCredentials;
        this.channelCredentials = channelCredentials;
        this.mayServeOthers = mayServeOthers;
    }

    /** No token and no TLS: for this machine only. */
    public static Security none() {
        return load(SecurityConfig.none());
    }

    /** A token and no TLS. */
    public static Security withToken(BearerToken token) {
        return new Security(
                Optional.of(token),
                InsecureServerCredentials.create(),
                InsecureChannelCredentials.create(),
                true);
    }

    /**
     * Reads the token and the certificates.
     *
     * @throws ConfigException when a file cannot be used
     */
    public static Security load(SecurityConfig config) {
        Optional<BearerToken> token = config.tokenFile().map(BearerToken::read);
        boolean mutual = config.tlsCertificate().isPresent() && config.tlsAuthorities().isPresent();
        return new Security(
                token,
                serverCredentials(config),
                channelCredentials(config),
                token.isPresent() || mutual || config.insecure());
    }

    /**
     * Refuses to serve other machines without knowing who calls, by a token or by certificates.
     *
     * @throws ConfigException when that is what the settings ask for without saying so
     */
    public void checkListen(HostAndPort listen) {
        if (!mayServeOthers && !listen.isLoopback()) {
            throw new ConfigException(
                    "listen",
                    listen.toString(),
                    "other machines reach this address, so token-file must be given, or"
                            + " tls-cert, tls-key and tls-ca (or insecure=true, if every one of"
                            + " them may run programs here)");
        }
    }

    Optional<BearerToken> token() {
        return token;
    }

    ServerCredentials serverCredentials() {
        return serverCredentials;
    }

    ChannelCredentials channelCredentials() {
        return channelCredentials;
    }

    private static ServerCredentials serverCredentials(SecurityConfig config) {
        if (config.tlsCertificate().isEmpty() || config.tlsKey().isEmpty()) {
            return InsecureServerCredentials.create();
        }
        TlsServerCredentials.Builder tls = TlsServerCredentials.newBuilder();
        readable("tls-cert", config.tlsCertificate());
        readable("tls-key", config.tlsKey());
        readable("tls-ca", config.tlsAuthorities());
        try {
            tls.keyManager(config.tlsCertificate().get().toFile(), config.tlsKey().get().toFile());
            if (config.tlsAuthorities().isPresent()) {
                tls.trustManager(config.tlsAuthorities().get().toFile());
                tls.clientAuth(TlsServerCredentials.ClientAuth.REQUIRE);
            }
        } catch (IOException e) {
            throw new ConfigException("tls-cert", "", "the TLS files cannot be read: " + e);
        }
        return tls.build();
    }

    private static ChannelCredentials channelCredentials(SecurityConfig config) {
        if (config.tlsCertificate().isEmpty() && config.tlsAuthorities().isEmpty()) {
            return InsecureChannelCredentials.create();
        }
        TlsChannelCredentials.Builder tls = TlsChannelCredentials.newBuilder();
        readable("tls-ca", config.tlsAuthorities());
        try {
            if (config.tlsCertificate().isPresent() && config.tlsKey().isPresent()) {
                tls.keyManager(
                        config.tlsCertificate().get().toFile(), config.tlsKey().get().toFile());
            }
            if (config.tlsAuthorities().isPresent()) {
                tls.trustManager(config.tlsAuthorities().get().toFile());
            }
        } catch (IOException e) {
            throw new ConfigException("tls-ca", "", "the TLS files cannot be read: " + e);
        }
        return tls.build();
    }

    private static void readable(String key, Optional<Path> file) {
        if (file.isPresent() && !Files.isReadable(file.get())) {
            throw new ConfigException(key, file.get().toString(), "cannot be read");
        }
    }
}
