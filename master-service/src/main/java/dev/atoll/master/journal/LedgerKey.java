package dev.atoll.master.journal;

import dev.atoll.core.model.JobId;
import dev.atoll.core.model.StageRef;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A key of the ledger. The keys and what is behind them are documented in ledger.proto. */
sealed interface LedgerKey {
    /** As the ledger knows it. */
    String text();

    /** A key that belongs to one job and goes with it. */
    sealed interface OfJob extends LedgerKey {
        JobId job();
    }

    /** The next job id. */
    record NextJobId() implements LedgerKey {
        @Override
        public String text() {
            return "next-job-id";
        }
    }

    /** What was submitted, or the head of it. */
    record Spec(JobId job) implements OfJob {
        @Override
        public String text() {
            return "jobs/" + job + "/spec";
        }
    }

    /**
     * A further piece of a long spec.
     *
     * @param part from 1
     */
    record SpecPart(JobId job, int part) implements OfJob {
        @Override
        public String text() {
            return "jobs/" + job + "/spec/" + part;
        }
    }

    /** Where a job stands. */
    record State(JobId job) implements OfJob {
        @Override
        public String text() {
            return "jobs/" + job + "/state";
        }
    }

    /**
     * What has become of some tasks of a stage.
     *
     * @param chunk from 0
     */
    record Progress(StageRef stage, int chunk) implements OfJob {
        @Override
        public JobId job() {
            return stage.job();
        }

        @Override
        public String text() {
            return "jobs/%d/progress/%d/%d".formatted(job().value(), stage.stage(), chunk);
        }
    }

    /** Reads a key; empty when it is none of ours. */
    static Optional<LedgerKey> parse(String text) {
        if (text.equals("next-job-id")) {
            return Optional.of(new NextJobId());
        }
        Matcher matcher = Syntax.OF_JOB.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        JobId job = new JobId(Long.parseLong(matcher.group("job")));
        String rest = matcher.group("rest");
        if (rest.equals("spec")) {
            return Optional.of(new Spec(job));
        }
        if (rest.equals("state")) {
            return Optional.of(new State(job));
        }
        String[] words = rest.split("/", -1);
        return Optional.of(
                words.length == 2
                        ? new SpecPart(job, Integer.parseInt(words[1]))
                        : new Progress(
                                new StageRef(job, Integer.parseInt(words[1])),
                                Integer.parseInt(words[2])));
    }

    /** How keys are written. */
    final class Syntax {
        private static final Pattern OF_JOB =
                Pattern.compile(
                        "jobs/(?<job>[1-9]\\d{0,17})/"
                                + "(?<rest>spec|state|spec/\\d{1,3}|progress/\\d{1,3}/\\d{1,5})");

        private Syntax() {}
    }
}
