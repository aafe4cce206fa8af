package dev.otaroutes.settings;

import dev.otaroutes.http.Authorities;
import dev.otaroutes.http.InternalHosts;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** The kinds of values that settings take; each rule says what it wants in words that follow "… is [value]: ". */
final class Rules {
    /** Would say in its own way, and with the whole address, what is said here. */
    private static final Logger POSTGRESQL = Logger.getLogger("org.postgresql.Driver");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:%-]+");
    private static final Pattern GROUP = Pattern.compile("[^/+#\\s\\x00]{1,64}");
    private static final Pattern SUFFIXES = Pattern.compile("\\.[^,/\\\\\\s]+(\\s*,\\s*\\.[^,/\\\\\\s]+)*");
    private static final Pattern API_KEY = Pattern.compile("[^:,\\s]+:[^:,\\s]+(:read)?");
    private static final List<String> DATABASES = List.of("jdbc:h2:", "jdbc:postgresql:", "jdbc:mariadb:", "jdbc:mysql:");

    private static final Pattern PATH_PREFIX = Pattern.compile("(/[A-Za-z0-9._~-]+)+");

    private Rules() {
    }

    static String anything(String value) {
        return null;
    }

    static Setting.Rule number(String what, long lowest, long highest) {
        String rule = "must be " + what + " from " + lowest + " to " + highest;
        return value -> {
            try {
                long number = Long.parseLong(value);
                return number < lowest || number > highest ? rule : null;
            } catch (NumberFormatException notANumber) {
                return rule;
            }
        };
    }

    static String port(String value) {
        return number("a port number", 0, 65535).broken(value);
    }

    static String pathPrefix(String value) {
        return PATH_PREFIX.matcher(value).matches() ? null : "must be a path such as /base-api, without a slash at its end";
    }

    static String flag(String value) {
        return value.equals("true") || value.equals("false") ? null : "must be true or false";
    }

    static String logFormat(String value) {
        return value.equals("text") || value.equals("json") ? null : "must be text or json";
    }

    static String host(String value) {
        return HOST.matcher(value).matches() ? null : "must be a host name or an IP address";
    }

    static String broker(String value) {
        if (value.equals("embedded")) {
            return null;
        }
        URI uri = uri(value);
        boolean good = uri != null && uri.getHost() != null && uri.getUserInfo() == null
                && (uri.getScheme().equals("tcp") || uri.getScheme().equals("ssl"))
                && uri.getPort() > 0 && uri.getPort() <= 65535 && uri.getPath().isEmpty() && uri.getQuery() == null;
        return good ? null : "must be embedded, tcp://host:1883 or ssl://host:8883";
    }

    static String database(String value) {
        if (DATABASES.stream().noneMatch(value::startsWith)) {
            return "must begin with jdbc:h2:, jdbc:postgresql:, jdbc:mariadb: or jdbc:mysql:";
        }
        try {
            POSTGRESQL.setLevel(Level.OFF);
            // MySQL's is MariaDB's driver.
            DriverManager.getDriver(value.replaceFirst("^jdbc:mysql:", "jdbc:mariadb:"));
            return null;
        } catch (SQLException refused) {
            return "is not as the driver wants it: jdbc:postgresql://host:5432/database, jdbc:mariadb://host:3306/database or jdbc:h2:file:./folder/name";
        }
    }

    static String webAddress(String value) {
        URI uri = uri(value);
        boolean good = uri != null && uri.getHost() != null && uri.getUserInfo() == null
                && (uri.getScheme().equals("http") || uri.getScheme().equals("https"))
                && uri.getQuery() == null && uri.getFragment() == null;
        return good ? null : "must be a URL such as http://host:8080 or https://host/path, without a query";
    }

    /** protocol.md §9: SagooIOT itself subscribes as {@code $share/sagooiot/…}; in its group each would take the other's messages. */
    static String shareGroup(String value) {
        if (value.equals("sagooiot")) {
            return "is the name that SagooIOT itself uses, and each would take the other's messages: choose another, such as ota";
        }
        return GROUP.matcher(value).matches() ? null : "must be 1 to 64 characters without / + # or white space";
    }

    /** As long as a guess must be to be hopeless. */
    static String signingKey(String value) {
        return value.getBytes(StandardCharsets.UTF_8).length >= 16 ? null : "must have at least 16 characters";
    }

    static String suffixes(String value) {
        return SUFFIXES.matcher(value).matches() ? null : "must be file name endings with their dot, separated by commas, such as .bin,.zip";
    }

    static String apiKeys(String value) {
        List<Integer> wrong = new ArrayList<>();
        String[] keys = value.split(",", -1);
        for (int i = 0; i < keys.length; i++) {
            if (!API_KEY.matcher(keys[i].strip()).matches()) {
                wrong.add(i + 1);
            }
        }
        return wrong.isEmpty() ? null : "must be name:key or name:key:read, separated by commas; entry " + wrong.get(0) + " is not";
    }

    /** A folder that is not there, or a name that is misspelt, would leave ours in force in silence. */
    static String sqlPlaces(String value) {
        for (String place : value.split(",", -1)) {
            String name = place.strip();
            boolean there = name.startsWith("classpath:") ? Rules.class.getClassLoader().getResource(name.substring("classpath:".length())) != null
                    : !name.isEmpty() && Files.isDirectory(Path.of(name));
            if (!there) {
                return "there is no folder [" + name + "]: must be folders, or classpath: and the name of one, separated by commas";
            }
        }
        return null;
    }

    static String clientPattern(String value) {
        try {
            Pattern.compile(value);
        } catch (PatternSyntaxException e) {
            return "must be a regular expression: " + e.getDescription();
        }
        return value.contains("(?<productKey>") && value.contains("(?<deviceKey>") ? null : "must have the groups (?<productKey>…) and (?<deviceKey>…)";
    }

    static String internalHosts(String value) {
        return refusal(() -> InternalHosts.parse(value));
    }

    static String authorities(String value) {
        return refusal(() -> Authorities.with(Path.of(value)));
    }

    private static String refusal(Runnable reading) {
        try {
            reading.run();
            return null;
        } catch (IllegalArgumentException e) {
            return e.getMessage();
        }
    }

    private static URI uri(String value) {
        try {
            URI uri = new URI(value);
            return uri.getScheme() == null ? null : uri;
        } catch (URISyntaxException notAUri) {
            return null;
        }
    }
}
