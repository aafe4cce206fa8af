package dev.otaroutes.simulator;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * What the simulator was told on its command line.
 *
 * @param broker        {@code tcp://} or {@code ssl://}, host and port
 * @param username      null for none
 * @param productKey    of all its devices
 * @param prefix        of their keys; a number of five digits or more follows
 * @param version       that they run at first, unless the ledger knows better
 * @param connections   that they share, each device one of them
 * @param informSeconds between two informs of a device; 0: it informs at the start, after a new connection and after an upgrade
 * @param stepSeconds   between two reports of progress
 * @param every         percent between two reports of progress
 * @param download      {@code told}: as the upgrade says; {@code none}: only says so
 * @param seconds       after which it ends; 0: when it is interrupted
 * @param idleSeconds   without news, once an upgrade has come, after which it ends; 0: it does not
 * @param ledger        what each device did is written here at the end, and read at the start; null: nowhere
 */
record SimulatorOptions(URI broker, String username, String password, String productKey, int devices, String prefix, String version,
        String module, int connections, Mix mix, double informSeconds, double stepSeconds, int every, String download, long seed,
        double seconds, double idleSeconds, Path ledger) {
    /** One machine's sockets and memory are not for more, unless it is told so. */
    private static final int CONNECTIONS = 500;
    private static final int MOST = 1_000_000;
    private static final double A_YEAR = 31_536_000;

    static final String HELP = """
            Simulated devices that inform, install what they are told to, and keep a ledger of it.
              --product <key>         productKey of the devices; must be given
              --broker <url>          tcp://host:port or ssl://host:port; tcp://127.0.0.1:1883
              --username, --password  of the broker; none
              --devices <number>      100
              --prefix <text>         of their keys, a number follows: sim-00001; sim-
              --version <text>        that they run at first; 1.0.0
              --module <name>         default
              --connections <number>  that they share; one for each device up to 500
              --mix <what=percent,…>  what goes wrong on how many devices; nothing. download (reports -2), verification (-3), flash (-4),
                                      silent (says nothing), old-image (100 %, then the old version), lost-connection (goes on from there),
                                      absent (neither informs nor hears)
              --download <how>        told: as the upgrade says, from a URL (http, https) or over MQTT, one file or several, and checks the digests;
                                      none: only says so; told
              --step-seconds <number> between two reports of progress; 1
              --every <percent>       between two reports of progress; 10
              --inform-seconds <n>    between two informs of a device; 0: it informs when it starts, connects and has restarted
              --seed <number>         decides which device has which mishap, the same in every run; 1
              --seconds <number>      after which it ends; 0: when you press Ctrl-C
              --idle-seconds <number> without news, once an upgrade has come, after which it ends; 0: it does not
              --ledger <file>         writes a line of JSON for each device at the end; begins with the versions that an earlier run left there""";

    /**
     * @throws IllegalArgumentException in one line that names the option, if one is unknown, missing or wrong
     */
    static SimulatorOptions parse(String... arguments) {
        Map<String, String> given = given(arguments);
        String username = given.remove("--username");
        String password = given.remove("--password");
        String product = given.remove("--product");
        if (product == null) {
            throw new IllegalArgumentException("--product must be given: the productKey of the devices");
        }
        int devices = (int) number(given, "--devices", "100", 1, MOST);
        String connections = String.valueOf(Math.min(devices, CONNECTIONS));
        String ledger = given.remove("--ledger");
        SimulatorOptions options = new SimulatorOptions(value(given, "--broker", "tcp://127.0.0.1:1883", SimulatorOptions::broker),
                username, password == null ? "" : password, key("--product", product), devices,
                value(given, "--prefix", "sim-", text -> key("--prefix", text)), value(given, "--version", "1.0.0", Function.identity()),
                value(given, "--module", SimulatedDevice.DEFAULT_MODULE, text -> key("--module", text)),
                (int) number(given, "--connections", connections, 1, devices), value(given, "--mix", "", SimulatorOptions::mix),
                number(given, "--inform-seconds", "0", 0, A_YEAR), number(given, "--step-seconds", "1", 0, A_YEAR),
                (int) number(given, "--every", "10", 1, 100), value(given, "--download", "told", SimulatorOptions::download),
                (long) number(given, "--seed", "1", Integer.MIN_VALUE, Integer.MAX_VALUE), number(given, "--seconds", "0", 0, A_YEAR),
                number(given, "--idle-seconds", "0", 0, A_YEAR), ledger == null ? null : Path.of(ledger));
        if (!given.isEmpty()) {
            throw new IllegalArgumentException("there is no option [" + given.keySet().iterator().next() + "]; --help shows them all");
        }
        return options;
    }

    private static Map<String, String> given(String... arguments) {
        Map<String, String> given = new LinkedHashMap<>();
        for (int i = 0; i < arguments.length; i += 2) {
            if (!arguments[i].startsWith("--")) {
                throw new IllegalArgumentException("there is no option [" + arguments[i] + "]; --help shows them all");
            }
            if (i + 1 == arguments.length) {
                throw new IllegalArgumentException("[" + arguments[i] + "] has no value; --help shows what it takes");
            }
            given.put(arguments[i], arguments[i + 1]);
        }
        return given;
    }

    private static <T> T value(Map<String, String> given, String option, String preset, Function<String, T> read) {
        String text = given.remove(option);
        return read.apply(text == null ? preset : text);
    }

    private static double number(Map<String, String> given, String option, String preset, double least, double most) {
        return value(given, option, preset, text -> {
            try {
                double number = Double.parseDouble(text);
                if (number >= least && number <= most) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // Said below.
            }
            throw new IllegalArgumentException(String.format(Locale.ROOT, "%s must be a number, %,.0f to %,.0f, but was [%s]", option, least, most, text));
        });
    }

    private static URI broker(String text) {
        try {
            URI broker = new URI(text);
            if (("tcp".equals(broker.getScheme()) || "ssl".equals(broker.getScheme())) && broker.getHost() != null && broker.getPort() > 0) {
                return broker;
            }
        } catch (URISyntaxException e) {
            // Said below.
        }
        throw new IllegalArgumentException("--broker must be tcp://host:port or ssl://host:port, but was [" + text + "]");
    }

    /** One level of a topic. */
    private static String key(String option, String text) {
        if (text.isEmpty() || text.chars().anyMatch(c -> c <= ' ' || c == '+' || c == '#' || c == '/')) {
            throw new IllegalArgumentException(option + " must have no +, #, / or white space, but was [" + text + "]");
        }
        return text;
    }

    private static Mix mix(String text) {
        try {
            return Mix.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--mix " + e.getMessage(), e);
        }
    }

    private static String download(String text) {
        if (!text.equals("told") && !text.equals("none")) {
            throw new IllegalArgumentException("--download must be told or none, but was [" + text + "]");
        }
        return text;
    }
}
