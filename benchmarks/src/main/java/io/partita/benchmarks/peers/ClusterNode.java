// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.peers;

import io.aeron.archive.Archive;
import io.aeron.archive.ArchiveThreadingMode;
import io.aeron.archive.client.AeronArchive;
import io.aeron.cluster.ClusteredMediaDriver;
import io.aeron.cluster.ConsensusModule;
import io.aeron.cluster.service.ClusteredServiceContainer;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.MinMulticastFlowControlSupplier;
import io.aeron.driver.ThreadingMode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NoOpLock;

/** One node of an Aeron Cluster: driver, archive, consensus module and the ledger's service. */
final class ClusterNode implements AutoCloseable {
    private static final int FORCED = 1;
    private static final int SOCKET_BUFFER_LENGTH = 2 << 20;

    private final LedgerService service = new LedgerService();
    private final ClusteredMediaDriver driver;
    private final ClusteredServiceContainer container;

    ClusterNode(final ClusterSetup setup, final int node) throws IOException {
        final ErrorHandler errors = ClusterNode::report;
        final int fileSyncLevel = setup.isForced() ? FORCED : 0;
        final MediaDriver.Context media = new MediaDriver.Context()
                .aeronDirectoryName(setup.driver(node))
                .dirDeleteOnStart(true)
                .multicastFlowControlSupplier(new MinMulticastFlowControlSupplier())
                .errorHandler(errors);
        final AeronArchive.Context client = new AeronArchive.Context()
                .aeronDirectoryName(setup.driver(node))
                .lock(NoOpLock.INSTANCE)
                .controlRequestChannel("aeron:ipc?term-length=64k")
                .controlResponseChannel("aeron:ipc?term-length=64k");
        final Archive.Context archive = new Archive.Context()
                .aeronDirectoryName(setup.driver(node))
                .archiveDir(setup.node(node).resolve("archive").toFile())
                .controlChannel(setup.archiveChannel(node))
                .archiveClientContext(new AeronArchive.Context().controlResponseChannel(ClusterSetup.anyPort()))
                .localControlChannel("aeron:ipc?term-length=64k")
                .replicationChannel(ClusterSetup.anyPort())
                .recordingEventsEnabled(false)
                .fileSyncLevel(fileSyncLevel)
                .catalogFileSyncLevel(fileSyncLevel)
                .errorHandler(errors);
        final ConsensusModule.Context consensus = new ConsensusModule.Context()
                .aeronDirectoryName(setup.driver(node))
                .clusterMemberId(node)
                .clusterMembers(setup.members())
                // Where the client is, as a pair's active is where its client is.
                .appointedLeaderId(0)
                .clusterDir(setup.node(node).resolve("cluster").toFile())
                .archiveContext(client.clone())
                .replicationChannel(ClusterSetup.anyPort())
                .ingressChannel("aeron:udp?term-length=16m")
                .isIpcIngressAllowed(true)
                .fileSyncLevel(fileSyncLevel)
                .errorHandler(errors);
        final ClusteredServiceContainer.Context services = new ClusteredServiceContainer.Context()
                .aeronDirectoryName(setup.driver(node))
                .clusterDir(setup.node(node).resolve("cluster").toFile())
                .archiveContext(client.clone())
                .clusteredService(service)
                .errorHandler(errors);
        if (setup.isTuned()) {
            tune(media, archive, consensus, services);
        }
        driver = ClusteredMediaDriver.launch(media, archive, consensus);
        container = ClusteredServiceContainer.launch(services);
    }

    /** One thread each of driver, archive, consensus and service, which sleep briefly; large windows, buffers and packets. */
    private static void tune(
            final MediaDriver.Context media,
            final Archive.Context archive,
            final ConsensusModule.Context consensus,
            final ClusteredServiceContainer.Context services)
            throws IOException {
        final int buffer = socketBufferLength();
        media.threadingMode(ThreadingMode.SHARED)
                .sharedIdleStrategy(idle())
                .socketRcvbufLength(buffer)
                .socketSndbufLength(buffer)
                .initialWindowLength(buffer)
                .termBufferSparseFile(true);
        archive.threadingMode(ArchiveThreadingMode.SHARED).idleStrategySupplier(ClusterNode::idle);
        consensus
                .idleStrategySupplier(ClusterNode::idle)
                .logChannel("aeron:udp?" + ClusterSetup.LARGE)
                .ingressFragmentLimit(256);
        services.idleStrategySupplier(ClusterNode::idle);
    }

    /** As much as there is to be, or as the system allows: drivers refuse to start with less than they were promised. */
    private static int socketBufferLength() throws IOException {
        try (DatagramChannel probe = DatagramChannel.open()) {
            probe.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER_LENGTH);
            probe.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_LENGTH);
            return Math.min(
                    SOCKET_BUFFER_LENGTH,
                    Math.min(
                            probe.getOption(StandardSocketOptions.SO_SNDBUF),
                            probe.getOption(StandardSocketOptions.SO_RCVBUF)));
        }
    }

    private static IdleStrategy idle() {
        return new BackoffIdleStrategy(0, 20, TimeUnit.MICROSECONDS.toNanos(1), TimeUnit.MICROSECONDS.toNanos(50));
    }

    private static void report(final Throwable error) {
        if (!(error instanceof io.aeron.exceptions.AeronEvent)) {
            System.err.println("Aeron: " + error);
        }
    }

    /**
     * A node in a JVM of its own until its input ends: says its totals for each line of it.
     *
     * @param setup of its cluster.
     * @param node its number.
     * @throws IOException if its input fails.
     */
    static void serve(final ClusterSetup setup, final int node) throws IOException {
        try (ClusterNode self = new ClusterNode(setup, node);
                BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            while (in.readLine() != null) {
                System.out.println(self.totals());
                System.out.flush();
            }
        }
    }

    /** See {@link LedgerService#totals()}. */
    String totals() {
        return service.totals();
    }

    @Override
    public void close() {
        container.close();
        driver.close();
        service.free();
    }
}
