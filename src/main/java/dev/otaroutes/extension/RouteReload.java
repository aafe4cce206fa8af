package dev.otaroutes.extension;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CamelContext;
import org.apache.camel.RouteConfigurationsBuilder;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.support.RouteWatcherReloadStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads a route file that is new or changed while the process runs. What cannot be loaded is said in one line, and what its routes were
 * goes on; Camel's own way leaves them gone where an address is wrong, and loads no other file until the broken one is mended.
 */
public final class RouteReload {
    private static final Logger LOG = LoggerFactory.getLogger("ota.routes");

    private final CamelContext context;
    private final Model model;
    private final RoutePlaces places;
    private final OwnRoutes own;
    /** By location: each file as it was when its routes last started. */
    private final Map<String, byte[]> working = new ConcurrentHashMap<>();
    private final Map<String, byte[]> tried = new ConcurrentHashMap<>();
    /** By the id of a route: the location from which it last started. */
    private final Map<String, String> locations = new ConcurrentHashMap<>();

    private RouteReload(CamelContext context, RoutePlaces places) {
        this.context = context;
        this.model = context.getCamelContextExtension().getContextPlugin(Model.class);
        this.own = context.getCamelContextExtension().getContextPlugin(OwnRoutes.class);
        this.places = places;
    }

    /** After the routes have been collected and before they start; does nothing where nobody watches files. */
    public static void takeOver(CamelContext context, RoutePlaces places) {
        RouteWatcherReloadStrategy watcher = context.hasService(RouteWatcherReloadStrategy.class);
        if (watcher == null) {
            return;
        }
        RouteReload reload = new RouteReload(context, places);
        for (RouteDefinition route : reload.model.getRouteDefinitions()) {
            Resource file = route.getResource();
            if (file != null) {
                reload.working.computeIfAbsent(file.getLocation(), location -> bytes(file));
                if (route.getRouteId() != null) {
                    reload.locations.put(route.getRouteId(), file.getLocation());
                }
            }
        }
        watcher.setResourceReload((name, file) -> reload.load(file));
    }

    private void load(Resource file) {
        if (RoutePlaces.isHidden(file)) {
            return;
        }
        String name = places.name(file);
        if (!file.exists()) {
            LOG.info("{} is gone: its routes go on until the process ends", name);
            return;
        }
        byte[] now = bytes(file);
        byte[] before = tried.put(file.getLocation(), now);
        // One change is told several times, the first perhaps before a byte is written.
        if (now.length == 0 || Arrays.equals(now, before)) {
            return;
        }
        Set<String> had = own.begin(name);
        try {
            List<String> routes = start(file.getLocation(), now);
            working.put(file.getLocation(), now);
            LOG.info("{} is loaded: {}", name, routes);
        } catch (Exception | LinkageError broken) {
            // An error, too: a component may need a class that is not there, and Camel's thread would end with it.
            LOG.debug("{} cannot be loaded", name, broken);
            LOG.warn("{} cannot be loaded, what ran before goes on: {}", name, RouteFault.reason(broken));
            goOn(file.getLocation(), name, had);
        }
    }

    private void goOn(String location, String name, Set<String> had) {
        Set<String> files = new LinkedHashSet<>();
        try {
            for (String taken : own.giveBack(name, had)) {
                RouteDefinition broken = model.getRouteDefinition(taken);
                if (broken != null) {
                    model.removeRouteDefinition(broken);
                }
                if (locations.containsKey(taken)) {
                    files.add(locations.get(taken));
                }
            }
            files.add(location);
            for (String file : files) {
                if (working.containsKey(file)) {
                    own.begin(name);
                    start(file, working.get(file));
                }
            }
        } catch (Exception | LinkageError e) {
            LOG.warn("nor can what ran before {}: {}", name, RouteFault.reason(e));
        }
    }

    /** Adds and does not update: that would first remove an integrator's route that stands in for one of this file. */
    private List<String> start(String location, byte[] content) throws Exception {
        Collection<RoutesBuilder> builders = PluginHelper.getRoutesLoader(context)
                .findRoutesBuilders(List.of(ResourceHelper.fromBytes(location, content)));
        List<String> started = new ArrayList<>();
        for (RoutesBuilder builder : builders) {
            if (builder instanceof RouteConfigurationsBuilder configurations) {
                configurations.updateRouteConfigurationsToCamelContext(context);
            }
            context.addRoutes(builder);
            if (builder instanceof RouteBuilder routes) {
                routes.getRouteCollection().getRoutes().forEach(route -> started.add(route.getRouteId()));
            }
        }
        started.forEach(id -> locations.put(id, location));
        return started;
    }

    private static byte[] bytes(Resource file) {
        try (InputStream in = file.getInputStream()) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(file.getLocation() + " cannot be read", e);
        }
    }
}
