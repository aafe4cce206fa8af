package dev.otaroutes.settings;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Environment variables that look like settings and are none. They are told, but do not end the start, as a property would: the
 * environment is others' too.
 */
public final class UnknownVariables {
    private static final String PREFIX = "OTA_";
    /** Of the start script. */
    private static final Set<String> OTHERS = Set.of("OTA_JAVA_OPTS");
    /** What Kubernetes sets in every container for each service, such as one named ota or ota-routes. */
    private static final Pattern OF_A_SERVICE = Pattern.compile("OTA(_.+)?_(SERVICE_HOST|SERVICE_PORT(_.+)?|PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)");
    private static final Pattern PORT_OF_A_SERVICE = Pattern.compile("(tcp|udp|sctp)://.*");

    private UnknownVariables() {
    }

    /** @return a line for each, by name; without values, which may be secrets */
    public static List<String> in(Map<String, String> environment) {
        return new TreeMap<>(environment).entrySet().stream().filter(variable -> unknown(variable.getKey(), variable.getValue()))
                .map(variable -> line(variable.getKey())).toList();
    }

    private static boolean unknown(String name, String value) {
        return name.startsWith(PREFIX) && !OTHERS.contains(name) && KnownSettings.all().stream().noneMatch(setting -> setting.environmentVariable().equals(name))
                && !OF_A_SERVICE.matcher(name).matches() && !(name.endsWith("_PORT") && PORT_OF_A_SERVICE.matcher(value).matches());
    }

    private static String line(String name) {
        Setting nearest = KnownSettings.nearest(name, Setting::environmentVariable);
        return "the environment variable " + name + " is not a setting, and does nothing: did you mean " + nearest.environmentVariable()
                + " (" + nearest.name() + ")?";
    }
}
