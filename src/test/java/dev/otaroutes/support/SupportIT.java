package dev.otaroutes.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

@DisplayName("the real servers of the tests")
class SupportIT {
    @Test
    void postgresKeepsWhatWasCommittedThroughAKill() throws SQLException {
        try (Postgres server = new Postgres()) {
            keepsWhatWasCommittedThroughAKill(server);
        }
    }

    @Test
    void mariaDbKeepsWhatWasCommittedThroughAKill() throws SQLException {
        try (MariaDb server = new MariaDb()) {
            keepsWhatWasCommittedThroughAKill(server);
        }
    }

    private static void keepsWhatWasCommittedThroughAKill(DatabaseServer server) throws SQLException {
        server.start();
        String url = server.newDatabase();
        String other = server.newDatabase();
        execute(server, url, "CREATE TABLE kept (word VARCHAR(20))");
        execute(server, url, "INSERT INTO kept VALUES ('设备')");

        server.kill();
        assertThat(Loopback.accepts(server.port())).isFalse();
        server.start();

        try (Connection connection = DriverManager.getConnection(url, server.username(), server.password());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT word FROM kept")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getString(1)).isEqualTo("设备");
        }
        assertThatThrownBy(() -> execute(server, other, "SELECT word FROM kept")).isInstanceOf(SQLException.class);
        server.terminate();
        server.start();
        execute(server, url, "INSERT INTO kept VALUES ('again')");
    }

    private static void execute(DatabaseServer server, String url, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, server.username(), server.password());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void mosquittoComesBackOnItsPort() {
        try (Mosquitto broker = new Mosquitto().start()) {
            broker.kill();
            assertThat(Loopback.accepts(broker.port())).isFalse();
            broker.start();
            broker.terminate();
            assertThat(Loopback.accepts(broker.port())).isFalse();
            broker.start();
            assertThat(Loopback.accepts(broker.port())).isTrue();
        }
    }

    @Test
    void aServerThatDoesNotStartSaysWhy() {
        try (Mosquitto broker = new Mosquitto("no_such_setting 1")) {
            assertThatThrownBy(broker::start).hasMessageContaining("no_such_setting");
        }
    }

    @Test
    void theProxySwallowsBytesCutsAndResumes() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getByName(Loopback.HOST));
                TcpProxy proxy = new TcpProxy(server.getLocalPort());
                Socket client = new Socket(Loopback.HOST, proxy.port());
                Socket accepted = server.accept()) {
            accepted.setSoTimeout(200);
            client.getOutputStream().write(1);
            assertThat(accepted.getInputStream().read()).isEqualTo(1);

            proxy.dropBytes();
            client.getOutputStream().write(2);
            assertThatThrownBy(() -> accepted.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);

            proxy.resume();
            assertThat(accepted.getInputStream().read()).as("the old connection has a hole, so it is cut").isEqualTo(-1);
            try (Socket next = new Socket(Loopback.HOST, proxy.port()); Socket nextAccepted = server.accept()) {
                nextAccepted.setSoTimeout(2_000);
                next.getOutputStream().write(3);
                assertThat(nextAccepted.getInputStream().read()).isEqualTo(3);
            }
        }
    }

    @Test
    void aMissingProgramSkipsTheTestButFailsInCi() {
        assertThat(Requires.missing("no mosquitto", false)).isInstanceOf(TestAbortedException.class).hasMessageContaining("no mosquitto");
        assertThat(Requires.missing("no mosquitto", true)).isInstanceOf(IllegalStateException.class).hasMessageContaining("no mosquitto");
    }

    @Test
    void theBundleRunsOnMainClassesAlone() {
        assertThat(OtaProcess.classPath()).contains("camel-main").doesNotContain("test-classes").doesNotContain("camel-test");
    }
}
