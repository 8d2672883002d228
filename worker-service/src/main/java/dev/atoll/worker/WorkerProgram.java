package dev.atoll.worker;

import dev.atoll.runtime.program.RunningService;
import dev.atoll.runtime.program.ServiceContext;
import dev.atoll.runtime.program.ServiceProgram;

import java.io.IOException;

/** The worker as a program. */
public final class WorkerProgram implements ServiceProgram<WorkerConfig> {
    @Override
    public String name() {
        return "worker";
    }

    @Override
    public String summary() {
        return "runs tasks, and keeps what they read and write";
    }

    @Override
    public Class<WorkerConfig> configType() {
        return WorkerConfig.class;
    }

    @Override
    public RunningService start(WorkerConfig config, ServiceContext context) throws IOException {
        return Worker.start(config, context);
    }
}
