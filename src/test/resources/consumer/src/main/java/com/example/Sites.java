package com.example;

import java.util.Map;

/** The company's own code, called by its route. */
public final class Sites {
    /** Says in the message where the device is. */
    public Map<String, Map<String, Object>> addTo(Map<String, Map<String, Object>> upgrade) {
        upgrade.get("data").put("site", "north");
        return upgrade;
    }
}
