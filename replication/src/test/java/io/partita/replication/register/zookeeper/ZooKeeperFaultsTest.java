// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.register.zookeeper;

import static io.partita.replication.register.RegisterContract.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import io.partita.replication.register.CasOutcome;
import io.partita.replication.register.CompareAndSetRegister;
import io.partita.replication.register.RegisterHistory;
import io.partita.replication.register.RegisterRace;
import io.partita.replication.register.RegisterValue;
import io.partita.replication.testing.Await;
import io.partita.replication.testing.ChaosProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryForever;
import org.apache.curator.test.InstanceSpec;
import org.apache.curator.test.TestingCluster;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real ensemble of three whose servers go and come while nodes race for the register; and requests and replies that get lost. */
@Timeout(180)
class ZooKeeperFaultsTest {
    private static final Id128 CLUSTER = new Id128(21, 22);
    private static final int RACERS = 3;
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static TestingCluster ensemble;

    @TempDir
    Path temporary;

    private final String path = "/faults/register-" + COUNT.incrementAndGet();
    private final List<CompareAndSetRegister> opened = new ArrayList<>();
    private final List<Ensemble> ensembles = new ArrayList<>();

    @BeforeAll
    static void startEnsemble() throws Exception {
        ensemble = new TestingCluster(3);
        ensemble.start();
    }

    @AfterAll
    static void stopEnsemble() throws IOException {
        ensemble.close();
    }

    @AfterEach
    void closeRegisters() {
        opened.forEach(CompareAndSetRegister::close);
    }

    @Test
    void shouldLoseNothingWhenServersGoOneAfterTheOther() throws Exception {
        race(() -> {
            for (final InstanceSpec server : List.copyOf(ensemble.getInstances())) { // the leader is among them
                ensemble.killServer(server);
                pause(300);
                ensemble.restartServer(server);
                awaitServing();
            }
        });
    }

    @Test
    void shouldLoseNothingWhenTheConnectedServerGoes() throws Exception {
        race(() -> {
            final ZooKeeper used =
                    ensembles.get(0).connected().getZookeeperClient().getZooKeeper();
            final InstanceSpec server = ensemble.findConnectionInstance(used);
            assertNotNull(server);
            ensemble.killServer(server);
            pause(300);
            ensemble.restartServer(server);
            awaitServing();
        });
    }

    @Test
    void shouldStandStillWithoutAMajorityAndGoOnWithOne() throws Exception {
        race(() -> {
            final List<InstanceSpec> servers = List.copyOf(ensemble.getInstances());
            ensemble.killServer(servers.get(0));
            ensemble.killServer(servers.get(1));
            pause(500);
            ensemble.restartServer(servers.get(0));
            ensemble.restartServer(servers.get(1));
            awaitServing();
        });
    }

    @Test
    void shouldKeepEveryVersionWhenAllServersRestart() throws Exception {
        race(() -> {
            final List<InstanceSpec> servers = List.copyOf(ensemble.getInstances());
            for (final InstanceSpec server : servers) {
                ensemble.killServer(server);
            }
            for (final InstanceSpec server : servers) {
                ensemble.restartServer(server);
            }
            awaitServing();
        });
    }

    @Test
    void shouldGoOnWhenItsSessionsExpire() throws Exception {
        final CompareAndSetRegister register = open(ensemble.getConnectString(), 20_000);
        register.compareAndSet(0, bytes("one"));
        for (int i = 0; i < ensembles.get(0).size(); i++) {
            final CuratorFramework client = ensembles.get(0).connected();
            expire(client);
            ensembles.get(0).avoid(client);
        }
        assertEquals(new RegisterValue(1, bytes("one")), readPatiently(register));
        assertEquals(new CasOutcome.Ok(2), register.compareAndSet(1, bytes("two")));
    }

    @Test
    void shouldNotKnowTheOutcomeWhenTheReplyIsLost() throws Exception {
        try (ChaosProxy proxy = new ChaosProxy(anyServer())) {
            final CompareAndSetRegister register = open(proxy.address(), 20_000);
            final CompareAndSetRegister other = open(ensemble.getConnectString(), 20_000);
            register.compareAndSet(0, bytes("one"));
            proxy.loseReplies(true);
            assertInstanceOf(CasOutcome.Unknown.class, register.compareAndSet(1, bytes("two")));
            proxy.loseReplies(false);
            // It did apply, and a second attempt is told so: a retry on its own would have made a conflict of a
            // success.
            Await.until("the write whose reply was lost", () -> other.read().version() == 2);
            final CasOutcome.Conflict conflict =
                    assertInstanceOf(CasOutcome.Conflict.class, casPatiently(register, 1, "two again"));
            assertEquals(new RegisterValue(2, bytes("two")), conflict.current());
        }
    }

    @Test
    void shouldApplyARequestThatComesLateOnlyWhileTheVersionIsUnmoved() throws Exception {
        try (ChaosProxy proxy = new ChaosProxy(anyServer())) {
            final CompareAndSetRegister register = open(proxy.address(), 1_000);
            final CompareAndSetRegister other = open(ensemble.getConnectString(), 20_000);
            assertInstanceOf(CasOutcome.Ok.class, casPatiently(register, 0, "one"));

            proxy.hold(true);
            assertInstanceOf(CasOutcome.Unknown.class, register.compareAndSet(1, bytes("late")));
            assertEquals(1, other.read().version(), "unchanged, and yet nothing may be inferred from it");
            proxy.hold(false);
            Await.until("the late request", () -> other.read().version() == 2);
            assertEquals(new RegisterValue(2, bytes("late")), other.read());

            readPatiently(register);
            proxy.hold(true);
            assertInstanceOf(CasOutcome.Unknown.class, register.compareAndSet(2, bytes("later")));
            assertEquals(new CasOutcome.Ok(3), other.compareAndSet(2, bytes("burnt"))); // R25
            proxy.hold(false);
            assertEquals(new RegisterValue(3, bytes("burnt")), readPatiently(register));
            assertEquals(new RegisterValue(3, bytes("burnt")), other.read());
        }
    }

    private interface Trouble {
        void make() throws Exception;
    }

    /** Races before, while and after the trouble, and has the history checked. */
    private void race(final Trouble trouble) throws Exception {
        final RegisterHistory history = new RegisterHistory();
        final List<RegisterRace.Racer> racers = new ArrayList<>();
        for (int i = 0; i < RACERS; i++) {
            racers.add(new RegisterRace.Racer(open(ensemble.getConnectString(), 1_000), history.handle("racer-" + i)));
        }
        final CountDownLatch over = new CountDownLatch(1);
        final AtomicInteger after = new AtomicInteger();
        final Thread race = new Thread(() -> RegisterRace.run(racers, racer -> {
            pause(5); // nodes change the register rarely; and a test shall not heat the machine
            return over.getCount() > 0 || after.incrementAndGet() < 30;
        }));
        final List<Throwable> failures = new ArrayList<>();
        race.setUncaughtExceptionHandler((thread, error) -> failures.add(error));
        race.start();
        final long before;
        try {
            Await.until("versions before", () -> racers.get(0).version() > 5);
            before = racers.get(0).version();
            trouble.make();
        } finally {
            over.countDown();
            race.join();
        }
        assertEquals(List.of(), failures);
        history.check();
        assertTrue(racers.get(0).version() > before, "it goes on after the trouble");
    }

    private CompareAndSetRegister open(final String connect, final int requestTimeoutMs) throws IOException {
        final Path folder = Files.createTempDirectory(temporary, "node");
        final String chroot = "";
        final Ensemble own = new Ensemble(List.of(connect.split(",")), chroot, 4_000, requestTimeoutMs, null);
        final CompareAndSetRegister register =
                new ZooKeeperRegister(own, path, CLUSTER, SeenZnode.open(folder, CLUSTER, path));
        ensembles.add(own);
        opened.add(register);
        readPatiently(register);
        return register;
    }

    private static int anyServer() {
        return ensemble.getInstances().iterator().next().getPort();
    }

    /** Ends the session at the servers, as if its time had run out. */
    private static void expire(final CuratorFramework client) throws Exception {
        final ZooKeeper session = client.getZookeeperClient().getZooKeeper();
        final long id = session.getSessionId();
        final CountDownLatch connected = new CountDownLatch(1);
        final ZooKeeper twin = new ZooKeeper(
                client.getZookeeperClient().getCurrentConnectionString(),
                4_000,
                event -> {
                    if (event.getState() == Watcher.Event.KeeperState.SyncConnected) {
                        connected.countDown();
                    }
                },
                id,
                session.getSessionPasswd());
        assertTrue(connected.await(30, TimeUnit.SECONDS));
        twin.close();
        Await.until("another session", () -> {
            try {
                return client.getZookeeperClient().getZooKeeper().getSessionId() != id;
            } catch (final Exception e) {
                return false;
            }
        });
    }

    private static RegisterValue readPatiently(final CompareAndSetRegister register) {
        final RegisterValue[] value = new RegisterValue[1];
        Await.until("a read", () -> {
            try {
                value[0] = register.read();
                return true;
            } catch (final PartitaException e) {
                assertEquals(ErrorCode.REGISTER_FAILED, e.code(), e.getMessage());
                return false;
            }
        });
        return value[0];
    }

    private static CasOutcome casPatiently(
            final CompareAndSetRegister register, final long expected, final String value) {
        final CasOutcome[] outcome = new CasOutcome[1];
        Await.until("an outcome", () -> {
            outcome[0] = register.compareAndSet(expected, bytes(value));
            return !(outcome[0] instanceof CasOutcome.Unknown);
        });
        return outcome[0];
    }

    /** Waits until a majority serves. */
    private static void awaitServing() throws Exception {
        try (CuratorFramework client =
                CuratorFrameworkFactory.newClient(ensemble.getConnectString(), new RetryForever(50))) {
            client.start();
            client.setData().forPath("/", new byte[0]);
        }
    }

    private static void pause(final int milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
