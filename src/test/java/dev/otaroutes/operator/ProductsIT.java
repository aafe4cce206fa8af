package dev.otaroutes.operator;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("operator API: products and modules")
class ProductsIT {
    private static OperatorServer server;
    private static ApiClient api;

    @BeforeAll
    static void start() {
        server = OperatorServer.onH2("products");
        api = server.client();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aProductIsMadeWithItsDefaultModuleAndShownWithoutItsSecret() {
        String shown = "{'productKey':'lamp','name':'Lamp','dialect':'sagoo','accessKey':'AK1',"
                + "'createdAt':'2026-11-23T15:04:05.120Z','updatedAt':'2026-11-23T15:04:05.120Z'}";
        api.put("/products/lamp", "{'name':'Lamp','dialect':'sagoo','accessKey':'AK1','secretKey':'s3cret'}").assertIs(200, shown);
        api.get("/products/lamp").assertIs(200, shown);
        api.get("/products/lamp/modules").assertIs(200,
                "{'items':[{'productKey':'lamp','module':'default','createdAt':'2026-11-23T15:04:05.120Z'}]}");
    }
}
