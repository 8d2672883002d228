package dev.atoll.cli;

import java.util.Objects;

/** The version of this program. */
final class Version {
    private Version() {}

    static String current() {
        return Objects.requireNonNullElse(
                Version.class.getPackage().getImplementationVersion(), "development");
    }
}
