package dev.otaroutes.extension;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a route of an integrator's stand in for ours of the same id, at the start and whenever either's file is loaded again. To Camel two
 * routes of one id are a fault at the start, and later the last one wins.
 */
public final class OwnRoutes {
    private static final Logger LOG = LoggerFactory.getLogger("ota.routes");

    private final Model model;
    private final RoutePlaces places;
    private final FaultPlaces faults;
    /** By id: the file of each route that is not ours. */
    private final Map<String, String> own = new ConcurrentHashMap<>();
    /** By file: how many of its routes have no id. */
    private final Map<String, Integer> unnamed = new ConcurrentHashMap<>();

    private OwnRoutes(Model model, RoutePlaces places, FaultPlaces faults) {
        this.model = model;
        this.places = places;
        this.faults = faults;
    }

    /** Before routes are loaded. @param faults hears of what fails in an integrator's steps */
    public static void decideIn(CamelContext context, RoutePlaces places, FaultPlaces faults) {
        Model model = context.getCamelContextExtension().getContextPlugin(Model.class);
        OwnRoutes routes = new OwnRoutes(model, places, faults);
        model.setRouteFilter(routes::isTaken);
        context.getCamelContextExtension().addContextPlugin(OwnRoutes.class, routes);
    }

    /** The file is loaded again from its first route on. @return ids of the routes that it has had until now, if it is an integrator's */
    Set<String> begin(String file) {
        unnamed.remove(file);
        return idsOf(file);
    }

    /**
     * The file could not be loaded: what it took, it has not.
     *
     * @param before what {@link #begin} answered
     * @return ids of routes that it took, which are nobody's now
     */
    Set<String> giveBack(String file, Set<String> before) {
        Set<String> taken = idsOf(file);
        taken.removeAll(before);
        own.keySet().removeAll(taken);
        return taken;
    }

    private Set<String> idsOf(String file) {
        return own.entrySet().stream().filter(route -> route.getValue().equals(file)).map(Map.Entry::getKey).collect(Collectors.toSet());
    }

    private boolean isTaken(RouteDefinition route) {
        return places.isOurs(route.getResource()) ? isStillOurs(route) : takeOwn(route);
    }

    private boolean isStillOurs(RouteDefinition route) {
        String other = own.get(route.getRouteId());
        if (other != null) {
            say(route.getRouteId(), other, places.name(route.getResource()));
        }
        return other == null;
    }

    private boolean takeOwn(RouteDefinition route) {
        String file = places.name(route.getResource());
        route.addInterceptStrategy(faults.in(route, file));
        if (route.getRouteId() == null) {
            // Camel would count on at each load, and the route that is to be replaced would go on beside the new one.
            route.setId(file + "#" + unnamed.merge(file, 1, Integer::sum));
        }
        own.put(route.getRouteId(), file);
        RouteDefinition before = model.getRouteDefinition(route.getRouteId());
        if (before != null && places.isOurs(before.getResource())) {
            say(route.getRouteId(), file, places.name(before.getResource()));
        }
        return true;
    }

    private static void say(String id, String file, String ours) {
        LOG.info("route [{}] is that of {} and not that of {}", id, file, ours);
    }
}
