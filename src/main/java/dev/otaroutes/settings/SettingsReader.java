package dev.otaroutes.settings;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Reads the settings and refuses what cannot be used. A system property wins over an environment variable, that over a
 * line of the file, that over the default; an empty value counts as absent. The lines of the file that are not ours are
 * overridden in the same way.
 */
public final class SettingsReader {
    /** Where the file is looked for: in the working directory. */
    public static final Path FILE = Path.of("application.properties");

    private static final Map<String, String> REPLACED = new TreeMap<>(Map.of(
            "camel.server.host", "ota.http.host", "camel.server.port", "ota.http.port",
            "camel.management.host", "ota.http.host", "camel.management.port", "ota.http.port"));

    private final Map<String, String> environment;
    private final Properties system;
    private final List<String> faults = new ArrayList<>();
    private final Map<String, String> values = new LinkedHashMap<>();

    /**
     * @param environment the process's environment variables
     * @param system      the JVM's system properties
     */
    public SettingsReader(Map<String, String> environment, Properties system) {
        this.environment = environment;
        this.system = system;
    }

    /** Reads the settings of this process: {@link #FILE}, its environment and its system properties. */
    public static Settings read() {
        return new SettingsReader(System.getenv(), System.getProperties()).read(FILE);
    }

    /**
     * Reads the settings.
     *
     * @param file a properties file in UTF-8; it need not exist
     * @return settings that keep every rule
     * @throws RefusedSettingsException with all faults at once, if there is one
     */
    public Settings read(Path file) {
        Properties lines = lines(file);
        refuseUnknown(lines);
        refuseReplaced(lines);
        for (Setting setting : KnownSettings.all()) {
            values.put(setting.name(), value(setting, lines));
        }
        new SettingsTogether(values, faults).check();
        if (!faults.isEmpty()) {
            throw new RefusedSettingsException(faults);
        }
        return new Settings(values, others(lines));
    }

    private Properties lines(Path file) {
        Properties lines = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            lines.load(reader);
        } catch (NoSuchFileException absent) {
            return lines;
        } catch (CharacterCodingException notText) {
            faults.add(file + " is not UTF-8: save it as UTF-8");
        } catch (IllegalArgumentException wrongEscape) {
            faults.add(file + " has a \\u that is not followed by four hex digits: write \\\\ for a backslash");
        } catch (IOException unreadable) {
            faults.add(file + " cannot be read: " + unreadable);
        }
        return lines;
    }

    private void refuseUnknown(Properties lines) {
        Set<String> names = new TreeSet<>(lines.stringPropertyNames());
        names.addAll(system.stringPropertyNames());
        for (String name : names) {
            if (name.startsWith("ota.") && KnownSettings.find(name).isEmpty()) {
                faults.add(name + " is not a setting: did you mean " + KnownSettings.nearest(name) + "?");
            }
        }
    }

    /** One server on one port, with the guard of the API in front: Camel would start another beside it. */
    private void refuseReplaced(Properties lines) {
        REPLACED.forEach((name, ours) -> {
            String value = effective(name, lines);
            if (!value.isEmpty()) {
                faults.add(name + " is [" + value + "]: remove it and set " + ours);
            }
        });
    }

    private String value(Setting setting, Properties lines) {
        String value = system.getProperty(setting.name(), "").strip();
        String from = "";
        if (value.isEmpty()) {
            value = environment.getOrDefault(setting.environmentVariable(), "").strip();
            from = value.isEmpty() ? "" : " (from " + setting.environmentVariable() + ")";
        }
        if (value.isEmpty()) {
            value = lines.getProperty(setting.name(), "").strip();
        }
        if (value.isEmpty()) {
            return setting.defaultValue();
        }
        String broken = setting.rule().broken(value);
        if (broken != null) {
            faults.add(setting.name() + " is " + setting.shown(value) + from + ": " + broken);
            return setting.defaultValue();
        }
        return value;
    }

    private Properties others(Properties lines) {
        Properties others = new Properties();
        for (String name : lines.stringPropertyNames()) {
            if (!name.startsWith("ota.")) {
                others.setProperty(name, effective(name, lines));
            }
        }
        return others;
    }

    private String effective(String name, Properties lines) {
        String variable = new Setting(name, "", Rules::anything).environmentVariable();
        return system.getProperty(name, environment.getOrDefault(variable, lines.getProperty(name, ""))).strip();
    }
}
