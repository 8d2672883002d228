package dev.atoll.cli;

import dev.atoll.client.JobRequest;
import dev.atoll.core.model.JobId;

import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.List;

/** The option that says which jobs come first. */
final class AfterOption {
    @Option(
            names = "--after",
            paramLabel = "JOB",
            description =
                    "Starts once this job has succeeded; fails if that one does. May be repeated.")
    private List<String> jobs = new ArrayList<>();

    /** The jobs. */
    List<JobId> jobs() {
        return jobs.stream().map(TaskAddress::parseJob).map(JobId::new).toList();
    }

    /** Adds them to a job. */
    void applyTo(JobRequest.Builder job) {
        jobs().forEach(job::after);
    }
}
