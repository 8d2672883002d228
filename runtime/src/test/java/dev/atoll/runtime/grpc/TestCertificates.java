package dev.atoll.runtime.grpc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * An authority and a certificate that it gave to 127.0.0.1, made with the JDK's keytool.
 *
 * @param authority the certificate of the authority, PEM
 * @param certificate what it gave, PEM
 * @param key the private key of that, PEM
 */
record TestCertificates(Path authority, Path certificate, Path key) {
    private static final String PASSWORD = "changeit";

    static TestCertificates create(Path directory) throws Exception {
        Path store = directory.resolve("store.p12");
        Path request = directory.resolve("request.pem");
        Path authority = directory.resolve("authority.pem");
        Path certificate = directory.resolve("certificate.pem");
        keytool(
                store,
                "-genkeypair",
                "-alias",
                "ca",
                "-keyalg",
                "EC",
                "-dname",
                "CN=ca",
                "-ext",
                "bc:c");
        keytool(store, "-genkeypair", "-alias", "it", "-keyalg", "EC", "-dname", "CN=it");
        keytool(store, "-exportcert", "-alias", "ca", "-rfc", "-file", authority.toString());
        keytool(store, "-certreq", "-alias", "it", "-file", request.toString());
        keytool(
                store,
                "-gencert",
                "-alias",
                "ca",
                "-rfc",
                "-ext",
                "san=ip:127.0.0.1",
                "-infile",
                request.toString(),
                "-outfile",
                certificate.toString());
        return new TestCertificates(authority, certificate, writeKey(store, directory));
    }

    private static Path writeKey(Path store, Path directory) throws Exception {
        KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        Key key = keys.getKey("it", PASSWORD.toCharArray());
        String encoded =
                Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded());
        return Files.writeString(
                directory.resolve("key.pem"),
                "-----BEGIN PRIVATE KEY-----\n" + encoded + "\n-----END PRIVATE KEY-----\n");
    }

    private static void keytool(Path store, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keystore", store.toString(), "-storepass", PASSWORD));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new IOException(command + ": " + output);
        }
    }
}
