package dev.atoll.master.journal;

import dev.atoll.core.journal.LedgerKey;
import dev.atoll.core.model.JobId;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.WorkerId;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes the keys of the ledger as text, and reads them. What stands there is documented in
 * ledger.proto.
 */
final class KeyText {
    private static final String WORKERS = "workers/";
    private static final String DRAINS = "drains/";
    private static final Pattern OF_JOB =
            Pattern.compile(
                    "jobs/(?<job>[1-9]\\d{0,17})/"
                            + "(?<rest>spec|state|spec/\\d{1,3}|progress/\\d{1,3}/\\d{1,5})");

    private KeyText() {}

    /** As the ledger knows it. */
    static String write(LedgerKey key) {
        return switch (key) {
            case LedgerKey.NextJobId() -> "next-job-id";
            case LedgerKey.Enlisted(WorkerId worker) -> WORKERS + worker;
            case LedgerKey.Drained(WorkerId worker) -> DRAINS + worker;
            case LedgerKey.Spec(JobId job) -> "jobs/" + job + "/spec";
            case LedgerKey.SpecPart(JobId job, int part) -> "jobs/" + job + "/spec/" + part;
            case LedgerKey.State(JobId job) -> "jobs/" + job + "/state";
            case LedgerKey.Progress(StageRef stage, int chunk) ->
                    "jobs/%d/progress/%d/%d".formatted(stage.job().value(), stage.stage(), chunk);
        };
    }

    /** Reads a key; empty when it is none of ours. */
    static Optional<LedgerKey> parse(String text) {
        if (text.equals("next-job-id")) {
            return Optional.of(new LedgerKey.NextJobId());
        }
        if (text.startsWith(WORKERS)) {
            return Optional.of(
                    new LedgerKey.Enlisted(new WorkerId(text.substring(WORKERS.length()))));
        }
        if (text.startsWith(DRAINS)) {
            return Optional.of(
                    new LedgerKey.Drained(new WorkerId(text.substring(DRAINS.length()))));
        }
        Matcher matcher = OF_JOB.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        JobId job = new JobId(Long.parseLong(matcher.group("job")));
        String rest = matcher.group("rest");
        if (rest.equals("spec")) {
            return Optional.of(new LedgerKey.Spec(job));
        }
        if (rest.equals("state")) {
            return Optional.of(new LedgerKey.State(job));
        }
        String[] words = rest.split("/", -1);
        return Optional.of(
                words.length == 2
                        ? new LedgerKey.SpecPart(job, Integer.parseInt(words[1]))
                        : new LedgerKey.Progress(
                                new StageRef(job, Integer.parseInt(words[1])),
                                Integer.parseInt(words[2])));
    }
}
