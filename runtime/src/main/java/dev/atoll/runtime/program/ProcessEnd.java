package dev.atoll.runtime.program;

import dev.atoll.runtime.config.ConfigException;

import org.jspecify.annotations.Nullable;

/** Why a process ends. */
sealed interface ProcessEnd {
    /** It was told to, or a program was done. */
    record Stopped() implements ProcessEnd {}

    /** The settings of a program cannot be used. */
    record Refused(String program, ConfigException refusal) implements ProcessEnd {}

    /** A program could not start, or must stop. */
    record Failed(String program, String reason, @Nullable Throwable cause) implements ProcessEnd {}
}
