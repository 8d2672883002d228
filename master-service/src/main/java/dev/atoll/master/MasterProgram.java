package dev.atoll.master;

import dev.atoll.runtime.grpc.Security;
import dev.atoll.runtime.program.RunningService;
import dev.atoll.runtime.program.ServiceContext;
import dev.atoll.runtime.program.ServiceProgram;

import java.io.IOException;

/** The master as a program. */
public final class MasterProgram implements ServiceProgram<MasterConfig> {
    @Override
    public String name() {
        return "master";
    }

    @Override
    public String summary() {
        return "splits jobs into tasks, gives them to workers and brings the results back";
    }

    @Override
    public Class<MasterConfig> configType() {
        return MasterConfig.class;
    }

    @Override
    public RunningService start(MasterConfig config, ServiceContext context) throws IOException {
        return Master.start(config, Security.load(config.security()), context);
    }
}
