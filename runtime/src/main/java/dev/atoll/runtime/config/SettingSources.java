package dev.atoll.runtime.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Reads settings as they are written in flags and in a file; adds to the faults what is no setting.
 */
final class SettingSources {
    private static final String FLAG = "--";

    private final List<ConfigFault> faults;

    SettingSources(List<ConfigFault> faults) {
        this.faults = faults;
    }

    /**
     * Reads {@code --key value} and {@code --key=value}. A key that is true or false may stand
     * alone and is then true.
     */
    List<Setting> flags(List<String> arguments, Predicate<String> isBoolean) {
        List<Setting> settings = new ArrayList<>();
        int position = 0;
        while (position < arguments.size()) {
            String argument = arguments.get(position++);
            if (!argument.startsWith(FLAG) || argument.length() == FLAG.length()) {
                faults.add(
                        new ConfigFault(argument, "", "", "is not a flag; flags are --key=value"));
                continue;
            }
            int equals = argument.indexOf('=');
            String key = argument.substring(FLAG.length(), equals < 0 ? argument.length() : equals);
            boolean hasNext =
                    position < arguments.size() && !arguments.get(position).startsWith(FLAG);
            if (equals >= 0) {
                settings.add(flag(key, argument.substring(equals + 1)));
            } else if (isBoolean.test(key)) {
                boolean takesNext = hasNext && arguments.get(position).matches("true|false");
                settings.add(flag(key, takesNext ? arguments.get(position++) : "true"));
            } else if (hasNext) {
                settings.add(flag(key, arguments.get(position++)));
            } else {
                faults.add(new ConfigFault(FLAG + key, "flag", "", "needs a value"));
            }
        }
        return settings;
    }

    /** Reads lines of {@code key = value}; '#' starts a comment line. */
    List<Setting> file(Path path) {
        List<String> lines;
        try {
            lines = Files.readAllLines(path);
        } catch (NoSuchFileException _) {
            faults.add(new ConfigFault("--config", "flag", path.toString(), "no such file"));
            return List.of();
        } catch (IOException e) {
            faults.add(
                    new ConfigFault("--config", "flag", path.toString(), "cannot be read: " + e));
            return List.of();
        }
        List<Setting> settings = new ArrayList<>();
        for (int number = 1; number <= lines.size(); number++) {
            String line = lines.get(number - 1).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String origin = path + ":" + number;
            int equals = line.indexOf('=');
            if (equals <= 0) {
                faults.add(new ConfigFault(line, origin, "", "is not of the form key = value"));
                continue;
            }
            settings.add(
                    new Setting(
                            line.substring(0, equals).strip(),
                            line.substring(equals + 1).strip(),
                            origin));
        }
        return settings;
    }

    private static Setting flag(String key, String value) {
        return new Setting(key, value, "flag");
    }
}
