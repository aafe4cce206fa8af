package dev.otaroutes.extension;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
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
    private final RoutePlaces places;
    /** By location: each file as it was when its routes last started. */
    private final Map<String, byte[]> working = new ConcurrentHashMap<>();
    private final Map<String, byte[]> tried = new ConcurrentHashMap<>();

    private RouteReload(CamelContext context, RoutePlaces places) {
        this.context = context;
        this.places = places;
    }

    /** After the routes have been collected and before they start; does nothing where nobody watches files. */
    public static void takeOver(CamelContext context, RoutePlaces places) {
        RouteWatcherReloadStrategy watcher = context.hasService(RouteWatcherReloadStrategy.class);
        if (watcher == null) {
            return;
        }
        RouteReload reload = new RouteReload(context, places);
        for (RouteDefinition route : context.getCamelContextExtension().getContextPlugin(Model.class).getRouteDefinitions()) {
            Resource file = route.getResource();
            if (file != null && !reload.working.containsKey(file.getLocation())) {
                reload.working.put(file.getLocation(), bytes(file));
            }
        }
        watcher.setResourceReload((name, file) -> reload.load(file));
    }

    private void load(Resource file) {
        String name = places.name(file);
        if (!file.exists()) {
            LOG.info("{} is gone: its routes go on until the process ends", name);
            return;
        }
        try {
            byte[] now = bytes(file);
            byte[] before = tried.put(file.getLocation(), now);
            // One change is told several times, the first perhaps before a byte is written.
            if (now.length > 0 && !Arrays.equals(now, before)) {
                List<String> routes = start(file.getLocation(), now);
                working.put(file.getLocation(), now);
                LOG.info("{} is loaded: {}", name, routes);
            }
        } catch (Exception broken) {
            LOG.debug("{} cannot be loaded", name, broken);
            LOG.warn("{} cannot be loaded, what ran before goes on: {}", name, RouteFault.reason(broken));
            goOn(file.getLocation(), name);
        }
    }

    private void goOn(String location, String name) {
        byte[] before = working.get(location);
        if (before != null) {
            try {
                start(location, before);
            } catch (Exception e) {
                LOG.warn("nor can what {} was before: {}", name, RouteFault.reason(e));
            }
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
