package dev.atoll.worker.execution;

import dev.atoll.core.model.Failure;
import dev.atoll.core.model.Failure.Kind;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Explains why a program did not start, as precisely as a shell would. */
final class StartFault {
    /* Equal failures are grouped, here and in the master. So a program whose name comes from the item
     * of its task is named as the stage names it. */
    static final int ENOENT = 2;
    static final int ENOEXEC = 8;

    private static final int EPERM = 1;
    private static final int E2BIG = 7;
    private static final int EAGAIN = 11;
    private static final int ENOMEM = 12;
    static final int EACCES = 13;
    private static final int ENOTDIR = 20;
    private static final int EISDIR = 21;
    private static final int ENFILE = 23;
    private static final int EMFILE = 24;
    private static final int ETXTBSY = 26;
    private static final int ENAMETOOLONG = 36;
    private static final int ELOOP = 40;
    private static final int FIRST_LINE_BYTES = 256;

    private StartFault() {}

    /** There is no such program. */
    static Failure missing(Launch launch) {
        return new Failure(Kind.NOT_FOUND, 0, launch.programName() + ": not found");
    }

    /** There is one, but it may not be executed. */
    static Failure forbidden(Launch launch, String path) {
        return notExecutable(name(launch, path) + ": permission denied");
    }

    /** A string ends before its end. */
    static Failure nul() {
        return notExecutable("an argument or a variable holds a NUL");
    }

    /**
     * What an error of exec means for this launch.
     *
     * @param errno the error's number, as Linux has it
     * @param path what was to be executed
     */
    static Failure of(int errno, Launch launch, String path) {
        return switch (errno) {
            case ENOENT, ENOTDIR, EACCES, EPERM, EISDIR, ENAMETOOLONG, ELOOP ->
                    ofPath(errno, launch, path);
            case ENOEXEC -> notExecutable(name(launch, path) + ": exec format error");
            case E2BIG -> notExecutable("arguments and environment are too long");
            case ETXTBSY -> notExecutable(name(launch, path) + ": text file busy");
            case EAGAIN -> trouble("no process to be had");
            case ENOMEM -> trouble("no memory for a process");
            case EMFILE, ENFILE -> trouble("too many open files");
            default -> trouble("starting a process failed with error " + errno);
        };
    }

    /**
     * Whether a file may be a script for the shell, as execvp takes one that says no interpreter.
     */
    static boolean mayBeScript(Launch launch, String path) {
        try (InputStream file = Files.newInputStream(launch.workingDirectory().resolve(path))) {
            for (byte b : file.readNBytes(FIRST_LINE_BYTES)) {
                if (b == '\n') {
                    return true;
                }
                if (b == 0) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static Failure ofPath(int errno, Launch launch, String path) {
        Path directory = launch.workingDirectory();
        if (!Files.isDirectory(directory)) {
            return notExecutable("working directory " + directory + " does not exist");
        }
        if (!Files.isExecutable(directory)) {
            return notExecutable("working directory " + directory + ": permission denied");
        }
        if (launch.input() instanceof Launch.Input.FromFile(Path file) && !Files.isReadable(file)) {
            return new Failure(Kind.INPUT_UNAVAILABLE, 0, "standard input has gone");
        }
        Path program = directory.resolve(path);
        if (!Files.exists(program)) {
            return errno == EACCES ? forbidden(launch, path) : missing(launch);
        }
        if (errno == ENOENT) {
            return notExecutable(name(launch, path) + ": its interpreter is missing");
        }
        return Files.isDirectory(program)
                ? notExecutable(name(launch, path) + ": is a directory")
                : forbidden(launch, path);
    }

    /** The path, if it is the same for every task. */
    private static String name(Launch launch, String path) {
        return launch.command().getFirst().equals(launch.programName())
                ? path
                : launch.programName();
    }

    private static Failure notExecutable(String detail) {
        return new Failure(Kind.NOT_EXECUTABLE, 0, detail);
    }

    private static Failure trouble(String detail) {
        return new Failure(Kind.WORKER_TROUBLE, 0, detail);
    }
}
