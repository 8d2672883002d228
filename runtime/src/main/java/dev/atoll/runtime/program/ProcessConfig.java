package dev.atoll.runtime.program;

import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.config.Key;
import dev.atoll.runtime.logging.LogLevel;

import java.util.Optional;

/**
 * The settings of a process, whichever programs are in it.
 *
 * @param logLevel the least level that is written
 * @param metricsListen where /metrics and /healthz are served
 */
public record ProcessConfig(
        @Key(
                        name = "log-level",
                        value = "info",
                        doc = "The least level of log lines that are written, to standard error.")
                LogLevel logLevel,
        @Key(
                        name = "metrics-listen",
                        value = "",
                        doc =
                                "Where /metrics and /healthz are served over HTTP, to anybody who"
                                        + " reaches it; nothing: not at all.")
                Optional<HostAndPort> metricsListen) {}
