package dev.atoll.cli;

import dev.atoll.cli.shell.BrokenPipeException;
import dev.atoll.cli.shell.CommandException;
import dev.atoll.cli.shell.ExitCode;
import dev.atoll.cli.shell.Shell;
import dev.atoll.client.AtollException;
import dev.atoll.client.ClusterFaultException;
import dev.atoll.client.ClusterUnavailableException;
import dev.atoll.client.InputLostException;
import dev.atoll.client.InvalidRequestException;
import dev.atoll.client.NotFoundException;
import dev.atoll.client.NotPermittedException;
import dev.atoll.client.OutputLostException;
import dev.atoll.client.RefusedException;
import dev.atoll.runtime.config.ConfigException;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;

/** Says to people why a command was not done, and what helps. */
final class FailureReport {
    private FailureReport() {}

    /** Says it, and gives the exit code. */
    static int tell(Shell shell, Throwable failure) {
        return switch (failure) {
            case BrokenPipeException _ -> ExitCode.BROKEN_PIPE;
            case CommandException known -> say(shell, known.message(), known.exitCode());
            case AtollException known -> tell(shell, known);
            case ConfigException known ->
                    say(shell, String.valueOf(known.getMessage()), ExitCode.USAGE);
            case UncheckedIOException io -> tell(shell, Objects.requireNonNull(io.getCause()));
            case NoSuchFileException missing ->
                    say(shell, missing.getFile() + ": no such file or directory", ExitCode.USAGE);
            case AccessDeniedException denied ->
                    say(shell, denied.getFile() + ": permission denied", ExitCode.USAGE);
            case IOException io -> say(shell, describe(io), ExitCode.FAILED);
            case InterruptedException _ -> say(shell, "interrupted", ExitCode.FAILED);
            default ->
                    say(
                            shell,
                            "this is a fault of atoll itself:\n" + story(failure),
                            ExitCode.FAILED);
        };
    }

    private static int tell(Shell shell, AtollException failure) {
        String message = String.valueOf(failure.getMessage());
        return switch (failure) {
            case InvalidRequestException _ -> say(shell, message, ExitCode.USAGE);
            case NotFoundException _ -> say(shell, message, ExitCode.USAGE);
            case NotPermittedException _ -> say(shell, message, ExitCode.USAGE);
            case ClusterUnavailableException unavailable when unavailable.reached() ->
                    say(shell, message, ExitCode.TRY_AGAIN);
            case ClusterUnavailableException _ ->
                    say(shell, message + "\n" + Clusters.HOW_TO_START, ExitCode.NO_CLUSTER);
            case RefusedException refused ->
                    say(shell, message, refused.passing() ? ExitCode.TRY_AGAIN : ExitCode.FAILED);
            case InputLostException _ -> say(shell, message, ExitCode.TRY_AGAIN);
            case OutputLostException _ -> say(shell, message, ExitCode.FAILED);
            case ClusterFaultException _ -> say(shell, message, ExitCode.FAILED);
        };
    }

    private static int say(Shell shell, String message, int code) {
        shell.say(message);
        return code;
    }

    private static String describe(IOException failure) {
        String message = failure.getMessage();
        return message == null ? failure.toString() : message;
    }

    private static String story(Throwable failure) {
        StringWriter story = new StringWriter();
        failure.printStackTrace(new PrintWriter(story));
        return story.toString();
    }
}
