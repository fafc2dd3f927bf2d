// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.register.zookeeper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import io.partita.replication.register.CasOutcome;
import io.partita.replication.register.CompareAndSetRegister;
import io.partita.replication.register.RegisterContract;
import io.partita.replication.register.RegisterEnvelope;
import io.partita.replication.register.RegisterValue;
import io.partita.replication.testing.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.apache.curator.test.TestingCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ZooKeeperRegisterTest extends RegisterContract {
    private static final Id128 CLUSTER = new Id128(11, 12);
    private static final int PATIENT_MS = 20_000;
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static TestingCluster ensemble;
    private static CuratorFramework operator;

    @TempDir
    Path temporary;

    private final String path = "/test/register-" + COUNT.incrementAndGet();
    private final List<CompareAndSetRegister> opened = new ArrayList<>();

    @BeforeAll
    static void startEnsemble() throws Exception {
        ensemble = new TestingCluster(3);
        ensemble.start();
        operator = CuratorFrameworkFactory.newClient(ensemble.getConnectString(), new RetryOneTime(100));
        operator.start();
        operator.blockUntilConnected();
    }

    @AfterAll
    static void stopEnsemble() throws IOException {
        operator.close();
        ensemble.close();
    }

    @AfterEach
    void closeRegisters() {
        opened.forEach(CompareAndSetRegister::close);
    }

    @Override
    protected CompareAndSetRegister open() {
        return open(config(), folder());
    }

    @Test
    void shouldRefuseAZnodeThatWasMadeAgainHoweverFarItIs() throws Exception {
        final Path folder = folder();
        final CompareAndSetRegister register = open(config(), folder);
        register.compareAndSet(0, bytes("one"));
        operator.delete().forPath(path);
        final CompareAndSetRegister other = open();
        other.compareAndSet(0, bytes("another one"));
        other.compareAndSet(1, bytes("two"));

        assertRegression("deleted and made again", () -> register.compareAndSet(1, bytes("three")));
        assertRegression("deleted and made again", register::read);
        assertRegression("deleted and made again", () -> open(config(), folder).read());
        assertEquals(new RegisterValue(2, bytes("two")), open().read());
    }

    @Test
    void shouldHaltEvenIfTheVersionsFitWhenTheZnodeWasMadeAgain() throws Exception {
        final CompareAndSetRegister register = open();
        register.compareAndSet(0, bytes("one"));
        operator.delete().forPath(path);
        open().compareAndSet(0, bytes("another one"));

        // ZooKeeper takes it, as the version is right; nobody may believe it.
        assertRegression("deleted and made again", () -> register.compareAndSet(1, bytes("two")));
    }

    @Test
    void shouldRefuseAZnodeThatIsGone() throws Exception {
        final Path folder = folder();
        final CompareAndSetRegister register = open(config(), folder);
        register.compareAndSet(0, bytes("one"));
        operator.delete().forPath(path);

        assertRegression("went back", register::read);
        assertRegression("went back", () -> register.compareAndSet(1, bytes("two")));
        assertRegression("went back", () -> open(config(), folder).read());
        assertTrue(open().read().isAbsent(), "who never saw it sees a new register");
    }

    @Test
    void shouldRefuseAZnodeThatWasMadeAgainFromACopy() throws Exception {
        final CompareAndSetRegister register = open();
        register.compareAndSet(0, bytes("one"));
        register.compareAndSet(1, bytes("two"));
        final byte[] copy = operator.getData().forPath(path);
        operator.delete().forPath(path);
        operator.create().forPath(path, copy);

        assertRegression("made again from a copy", () -> open().read());
    }

    @Test
    void shouldRefuseAnotherZnodeThanBefore() {
        final Path folder = folder();
        open(config(), folder).compareAndSet(0, bytes("one"));
        final PartitaException error =
                assertCode(ErrorCode.REGISTER_REGRESSION, () -> open(config().path(path + "-other"), folder));
        assertTrue(error.nextStep().contains("register-znode"), error.nextStep());
    }

    @Test
    void shouldRefuseADamagedMemoryOfTheZnode() throws IOException {
        final Path folder = folder();
        open(config(), folder).compareAndSet(0, bytes("one"));
        open(config(), folder).read();
        Files.write(folder.resolve(SeenZnode.FILE_NAME), new byte[100]);
        assertCode(ErrorCode.DAMAGED, () -> open(config(), folder));
    }

    @Test
    void shouldRefuseAnotherClustersRegister() {
        open().compareAndSet(0, bytes("one"));
        final CompareAndSetRegister stranger = config().open(new Id128(11, 13), folder());
        opened.add(stranger);
        assertCode(ErrorCode.WRONG_CLUSTER, stranger::read);
        assertCode(ErrorCode.WRONG_CLUSTER, () -> stranger.compareAndSet(0, bytes("mine")));
    }

    @Test
    void shouldRefuseWhatIsNoRegister() throws Exception {
        operator.create().creatingParentsIfNeeded().forPath(path, bytes("a note"));
        assertCode(ErrorCode.DAMAGED, () -> open().read());
        final byte[] bytes = RegisterEnvelope.encode(CLUSTER, 2, bytes("value"));
        bytes[bytes.length - 1]++;
        operator.setData().forPath(path, bytes);
        assertCode(ErrorCode.DAMAGED, () -> open().read());
    }

    @Test
    void shouldSayWhichChrootIsMissing() {
        final CompareAndSetRegister register = open(
                new ZooKeeperConfig(ensemble.getConnectString() + "/nowhere").requestTimeoutMs(PATIENT_MS), folder());
        final PartitaException error = assertCode(ErrorCode.REGISTER_FAILED, register::read);
        assertTrue(error.problem().contains("chroot"), error.problem());
        assertInstanceOf(CasOutcome.Unknown.class, register.compareAndSet(0, bytes("one")));
    }

    @Test
    void shouldLiveInAChroot() throws Exception {
        operator.createContainers("/test/tenant-" + COUNT.get());
        final CompareAndSetRegister register = open(
                new ZooKeeperConfig(ensemble.getConnectString() + "/test/tenant-" + COUNT.get())
                        .requestTimeoutMs(PATIENT_MS),
                folder());
        assertEquals(new CasOutcome.Ok(1), register.compareAndSet(0, bytes("one")));
        assertNotNull(operator.checkExists().forPath("/test/tenant-" + COUNT.get() + "/partita/" + CLUSTER));
    }

    @Test
    void shouldShutOutWhoIsNotItsUser() throws IOException {
        final Path user = Files.writeString(temporary.resolve("user"), "ledger:secret\n");
        final Path stranger = Files.writeString(temporary.resolve("stranger"), "ledger:guessed\n");
        final CompareAndSetRegister register = open(config().authFile(user), folder());
        assertEquals(new CasOutcome.Ok(1), register.compareAndSet(0, bytes("one")));
        for (final ZooKeeperConfig other : List.of(config(), config().authFile(stranger))) {
            final CompareAndSetRegister without = open(other, folder());
            final PartitaException error = assertCode(ErrorCode.REGISTER_FAILED, without::read);
            assertTrue(error.problem().contains("closed to this node"), error.problem());
            assertTrue(error.nextStep().contains("ACL"), error.nextStep());
            assertInstanceOf(CasOutcome.Unknown.class, without.compareAndSet(1, bytes("two")));
        }
        assertEquals(new CasOutcome.Ok(2), register.compareAndSet(1, bytes("two")));
        assertEquals(2, open(config().authFile(user), folder()).read().version());
    }

    @Test
    void shouldHintAtAChange() {
        final CompareAndSetRegister register = open();
        final AtomicInteger hints = new AtomicInteger();
        register.watch(hints::incrementAndGet);
        register.compareAndSet(0, bytes("one"));
        register.read();
        open().compareAndSet(1, bytes("two"));
        Await.until("a hint", () -> hints.get() > 0);
        assertEquals(2, register.read().version());
    }

    @Test
    void shouldNotWaitForAnEnsembleThatIsNotThere() throws IOException {
        final int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        final CompareAndSetRegister register =
                open(new ZooKeeperConfig("127.0.0.1:" + port).requestTimeoutMs(50), folder());
        final PartitaException error = assertCode(ErrorCode.REGISTER_FAILED, register::read);
        assertTrue(error.nextStep().contains("majority"), error.nextStep());
        assertInstanceOf(CasOutcome.Unknown.class, register.compareAndSet(0, bytes("one")));
        register.close();
        register.close();
        assertCode(ErrorCode.REGISTER_FAILED, register::read);
    }

    @Test
    void shouldRefuseAConfigurationThatCannotBeMeant() throws IOException {
        for (final String connect : List.of(
                "",
                ",",
                "zk1:2181,",
                "zk1:2181,,zk2:2181",
                "zk 1:2181",
                "zk1:0",
                "zk1:65536",
                "zk1:2181/",
                "zk1/a/../b")) {
            assertCode(ErrorCode.INVALID_CONFIGURATION, () -> new ZooKeeperConfig(connect));
        }
        for (final String bad : List.of("", "register", "/", "/a/", "/a//b", "/a/./b", "/a b")) {
            assertCode(ErrorCode.INVALID_CONFIGURATION, () -> config().path(bad));
        }
        assertCode(ErrorCode.INVALID_CONFIGURATION, () -> config().sessionTimeoutMs(99));
        assertCode(ErrorCode.INVALID_CONFIGURATION, () -> config().requestTimeoutMs(0));
        final Path user = Files.writeString(temporary.resolve("no-user"), "nobody");
        assertCode(
                ErrorCode.INVALID_CONFIGURATION, () -> config().authFile(user).open(CLUSTER, folder()));
        assertCode(
                ErrorCode.INVALID_CONFIGURATION,
                () -> config().authFile(temporary.resolve("none")).open(CLUSTER, folder()));
        new ZooKeeperConfig("zk-1.example:2181, [::1]:2181,10.0.0.1/a/b-c");
    }

    private ZooKeeperConfig config() {
        return new ZooKeeperConfig(ensemble.getConnectString()).path(path).requestTimeoutMs(PATIENT_MS);
    }

    private CompareAndSetRegister open(final ZooKeeperConfig config, final Path folder) {
        final CompareAndSetRegister register = config.open(CLUSTER, folder);
        opened.add(register);
        return register;
    }

    /** A data folder of its own. */
    private Path folder() {
        try {
            return Files.createTempDirectory(temporary, "node");
        } catch (final IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertRegression(final String why, final Executable action) {
        final PartitaException error = assertCode(ErrorCode.REGISTER_REGRESSION, action);
        assertTrue(error.problem().contains(why), error.problem());
    }

    private static PartitaException assertCode(final ErrorCode code, final Executable action) {
        final PartitaException error = assertThrows(PartitaException.class, action);
        assertEquals(code, error.code(), error.getMessage());
        return error;
    }
}
