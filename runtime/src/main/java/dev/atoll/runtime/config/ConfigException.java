package dev.atoll.runtime.config;

import java.util.List;
import java.util.stream.Collectors;

/** A program's settings cannot be used. Names every fault at once; the program must not start. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<ConfigFault> faults;

    /**
     * @param faults at least one
     */
    public ConfigException(List<ConfigFault> faults) {
        super(faults.stream().map(ConfigFault::toString).collect(Collectors.joining("\n")));
        if (faults.isEmpty()) {
            throw new IllegalArgumentException("faults is empty");
        }
        this.faults = List.copyOf(faults);
    }

    /** One fault that was found after the settings were read, such as a file that is missing. */
    public ConfigException(String key, String value, String sentence) {
        this(List.of(new ConfigFault(key, "", value, sentence)));
    }

    /** Every fault, in the order of the sources and of the keys. */
    public List<ConfigFault> faults() {
        return faults;
    }
}
