package dev.atoll.cli;

import dev.atoll.cli.files.BroughtFiles;
import dev.atoll.client.StageRequest;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.List;

/** The options that say which files tasks leave, to be brought here. */
final class BringOptions {
    @Option(
            names = "--bring",
            paramLabel = "PATH",
            description =
                    "Brings here what each task leaves under this path of its directory: a file, a"
                            + " directory, or a pattern such as 'out/*.csv' or '**.log'. {} and {#}"
                            + " as in the command. May be repeated.")
    private List<String> paths = new ArrayList<>();

    @Mixin private OverwriteOption overwrite = new OverwriteOption();

    /** Whether nothing is brought. */
    boolean isEmpty() {
        return paths.isEmpty();
    }

    /** Adds what is to be left to a stage, whose items fill in these paths or not. */
    void applyTo(StageRequest.Builder stage) {
        paths.forEach(stage::output);
    }

    /**
     * Looks whether what is brought can be put here, before there is a job.
     *
     * @param hasItems whether items are filled in
     */
    void check(boolean hasItems) {
        BroughtFiles.here(overwrite.isGiven()).check(paths, hasItems);
    }

    /** Where it goes. */
    BroughtFiles target() {
        return BroughtFiles.here(overwrite.isGiven());
    }
}
