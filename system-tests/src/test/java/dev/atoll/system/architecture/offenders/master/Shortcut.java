package dev.atoll.system.architecture.offenders.master;

import dev.atoll.system.architecture.offenders.worker.execution.AllowedStarter;

/** A service that calls another one without a contract. */
final class Shortcut {
    AllowedStarter starter = new AllowedStarter();
}
