package dev.atoll.master.file;

import com.google.protobuf.InvalidProtocolBufferException;

import dev.atoll.proto.file.v1.File;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.grpc.FieldChecks;
import dev.atoll.runtime.naming.BoundName;
import dev.atoll.runtime.naming.NamePage;
import dev.atoll.runtime.naming.NamingClient;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The names of files, which the naming service keeps. */
final class FileNames {
    private static final String PREFIX = "files/";
    private static final int PAGE_SIZE = 1_000;
    private static final int LENGTH_MAX = 200;
    private static final Pattern PART = Pattern.compile("[A-Za-z0-9._-]+");
    private static final Pattern START = Pattern.compile("[A-Za-z0-9._/-]{0,200}");
    private static final String NAME_CHANGED = "NAME_CHANGED";

    private final NamingClient naming;

    FileNames(NamingClient naming) {
        this.naming = naming;
    }

    /** A file and the revision at which it got its name. */
    record Named(File file, long revision) {}

    /** Some files, in order. */
    record Page(List<File> files, String nextPageToken) {}

    static void check(String name, FieldChecks checks) {
        boolean isGood = name.length() <= LENGTH_MAX;
        for (String part : name.split("/", -1)) {
            isGood &= PART.matcher(part).matches() && !part.equals(".") && !part.equals("..");
        }
        checks.check(
                isGood,
                "name",
                name,
                "1 to 200 characters of [A-Za-z0-9._/-]; no part is empty, \".\" or \"..\"");
    }

    static void checkPrefix(String prefix, FieldChecks checks) {
        checks.check(
                START.matcher(prefix).matches(),
                "prefix",
                prefix,
                "up to 200 characters of [A-Za-z0-9._/-]");
    }

    Optional<Named> find(String name) {
        return naming.lookUp(PREFIX + name).map(bound -> new Named(read(bound), bound.revision()));
    }

    /** A file that has a name, or an error. */
    Named require(String name) {
        return find(name)
                .orElseThrow(() ->
                        ApiException.notFound("FILE_NOT_FOUND", "no file is called " + name)
                                .with("name", name));
    }

    /**
     * Gives a file its name.
     *
     * @param expectedRevision of the file that has it; 0: none has it
     * @return false if that was not so
     */
    boolean bind(File file, long expectedRevision) {
        try {
            naming.bind(
                    PREFIX + file.getName(),
                    file.toBuilder().clearName().build().toByteString(),
                    expectedRevision);
            return true;
        } catch (ApiException e) {
            if (e.is(NAME_CHANGED)) {
                return false;
            }
            throw e;
        }
    }

    /** Removes a name; false if another file has got it meanwhile. */
    boolean unbind(String name, long revision) {
        try {
            naming.unbind(PREFIX + name, revision);
            return true;
        } catch (ApiException e) {
            if (e.is(NAME_CHANGED)) {
                return false;
            }
            throw e;
        }
    }

    Page list(String prefix, int size, String pageToken) {
        NamePage page = naming.listNames(PREFIX + prefix, size, pageToken);
        return new Page(page.names().stream().map(FileNames::read).toList(), page.nextPageToken());
    }

    /** All of them, in order. */
    List<File> all() {
        List<File> files = new ArrayList<>();
        String token = "";
        do {
            Page page = list("", PAGE_SIZE, token);
            files.addAll(page.files());
            token = page.nextPageToken();
        } while (!token.isEmpty());
        return files;
    }

    private static File read(BoundName bound) {
        String name = bound.name().substring(PREFIX.length());
        try {
            return File.parseFrom(bound.value()).toBuilder().setName(name).build();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(
                    "what stands under the name %s is no file".formatted(name), e);
        }
    }
}
