package dev.atoll.master;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atoll.master.testing.FakeNaming;
import dev.atoll.master.testing.FakeWorker;
import dev.atoll.master.testing.MasterUnderTest;
import dev.atoll.proto.job.v1.Job;
import dev.atoll.proto.job.v1.JobState;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A job from its submission to its result, over real connections. */
final class JobLifeTest {
    private FakeNaming naming;
    private MasterUnderTest master;

    @BeforeEach
    void start() throws Exception {
        naming = new FakeNaming();
        master = new MasterUnderTest(naming).leading();
    }

    @AfterEach
    void stop() {
        master.close();
        naming.close();
    }

    @Test
    void jobRunsToItsEnd() throws Exception {
        try (FakeWorker worker = new FakeWorker("w1", master.address())) {
            long job = master.submit("r1", 10);
            worker.run(10);
            Job ended = master.awaitEnd(job);
            assertThat(ended.getState()).isEqualTo(JobState.JOB_STATE_SUCCEEDED);
            assertThat(ended.getStages(0).getSucceededByWorkerMap()).containsEntry("w1", 10);
        }
    }
}
