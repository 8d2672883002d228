package dev.atoll.worker.execution;

class ProcessBuilderStarterTest extends ProcessStarterContract {
    private final ProcessStarter starter = new ProcessBuilderStarter();

    @Override
    ProcessStarter starter() {
        return starter;
    }
}
