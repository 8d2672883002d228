package dev.atoll.naming.names;

import dev.atoll.proto.naming.v1.Binding;
import dev.atoll.runtime.grpc.FieldChecks;

import java.util.regex.Pattern;

/** What names and their values may look like. */
final class NameChecks {
    private static final Pattern NAME =
            Pattern.compile("[A-Za-z0-9._-]|[A-Za-z0-9._-][A-Za-z0-9._/-]{0,253}[A-Za-z0-9._-]");
    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9._/-]{0,255}");
    private static final int VALUE_BYTES_MAX = 4 << 10;

    private NameChecks() {}

    static void checkName(FieldChecks checks, String field, String name) {
        checks.check(
                NAME.matcher(name).matches(),
                field,
                name,
                "1 to 255 characters of [A-Za-z0-9._/-], not starting or ending with \"/\"");
    }

    static void checkPrefix(FieldChecks checks, String prefix) {
        checks.check(
                PREFIX.matcher(prefix).matches(),
                "prefix",
                prefix,
                "at most 255 characters of [A-Za-z0-9._/-]");
    }

    static void checkRevision(FieldChecks checks, long revision) {
        checks.check(revision >= 0, "expected_revision", revision, "0 or a revision");
    }

    static void checkBinding(FieldChecks checks, Binding binding) {
        checkName(checks, "binding.name", binding.getName());
        checks.check(
                binding.getValue().size() <= VALUE_BYTES_MAX,
                "binding.value",
                binding.getValue().size() + " bytes",
                "at most " + VALUE_BYTES_MAX + " bytes");
    }
}
