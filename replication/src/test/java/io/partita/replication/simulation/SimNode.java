// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.simulation;

import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import io.partita.replication.protocol.HaltReason;
import io.partita.replication.protocol.LeaveState;
import io.partita.replication.protocol.NodeMeta;
import io.partita.replication.protocol.Role;
import io.partita.replication.protocol.Zoo;
import io.partita.replication.protocol.codec.HelloEncoder;
import io.partita.replication.protocol.codec.MessageHeaderDecoder;
import java.util.SplittableRandom;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/** One host: a disk and clocks that outlive processes, and at times a {@link SimProcess}. */
final class SimNode {
    private static final long EPOCH_NS = 1_700_000_000_000_000_000L;
    private static final long DEPARTURE_STEP_NS = 2_000_000L;

    final Simulator simulator;
    final int index;
    final String id;
    final SimDisk disk;
    private final SplittableRandom crashes;
    private final SplittableRandom identity;
    private final double drift;
    private long wallOffsetNs;
    private long highestOffsetNs;
    private boolean hostDown;
    private boolean lineageLost;
    private boolean isOut;
    private boolean hasHalted;
    private HaltReason halted = HaltReason.NONE;
    private boolean damageFound;
    private int misconfiguration;
    private Release release;
    private long registerCutOffUntilNs;
    private @Nullable SimProcess process;

    SimNode(final Simulator simulator, final int index, final String id) {
        this.simulator = simulator;
        this.index = index;
        this.id = id;
        release = Release.values()[(int) simulator.plan.get(Parameter.RELEASE)];
        crashes = simulator.draws("node." + index + ".crashes");
        identity = simulator.draws("node." + index + ".identity");
        final long most = simulator.plan.get(Parameter.DRIFT_PPM);
        final SplittableRandom clocks = simulator.draws("node." + index + ".clocks");
        drift = most == 0 ? 0 : (clocks.nextLong(2 * most) - most) / 1e6;
        wallOffsetNs = clocks.nextLong(100_000_000);
        highestOffsetNs = wallOffsetNs;
        disk = new SimDisk(simulator.clusterId, simulator.scheduler);
    }

    // ---------------------------------------------------------------------------------------------- state

    /** The process; null while there is none. */
    @Nullable
    SimProcess process() {
        return process;
    }

    boolean isHostDown() {
        return hostDown;
    }

    /** Why it stopped for good. */
    HaltReason halted() {
        return halted;
    }

    /** Whether it has ever halted. */
    boolean hasHalted() {
        return hasHalted;
    }

    /** Whether it has stopped for good: an operator would have to come. */
    boolean isOut() {
        return isOut;
    }

    /** The lineage as the next process will have it; null if that will draw a new one. */
    @Nullable
    Id128 effectiveLid() {
        final NodeMeta meta = disk.meta;
        return meta == null || lineageLost || damageFound ? null : meta.lid();
    }

    Release release() {
        return release;
    }

    boolean isGateMarked() {
        return disk.meta != null && disk.meta.gate();
    }

    boolean reachesRegister() {
        return simulator.scheduler.nowNs() >= registerCutOffUntilNs;
    }

    long monotonicNs() {
        return simulator.scheduler.nowNs() + (long) (simulator.scheduler.elapsedNs() * drift);
    }

    long wallNs() {
        return EPOCH_NS + monotonicNs() + wallOffsetNs;
    }

    /** No time that its wall clock has shown was later. */
    long highestWallNs() {
        return EPOCH_NS + monotonicNs() + highestOffsetNs;
    }

    /** Something only this node draws at random: ids of processes and lineages. */
    long nextIdentity() {
        return identity.nextLong();
    }

    // ---------------------------------------------------------------------------------------------- life

    /** Starts a process, unless there is one: it has the lock on the folder (R1). */
    void boot() {
        if (process != null) {
            simulator.coverage.hit("R1");
            return;
        }
        if (isOut) {
            return;
        }
        hostDown = false;
        simulator.register.onBoot(this);
        final SimProcess next = SimProcess.boot(this);
        lineageLost = false;
        process = next;
        if (next != null) {
            next.start();
        }
    }

    /** Another release is what runs from the next start on, which is soon. */
    void install(final Release next) {
        release = next;
        if (process == null) {
            simulator.scheduler.after(restartDelay(false), this::boot);
        }
    }

    /** R35: an operator asks for later rules, of whoever serves. Being refused is no fault. */
    void raiseLogicVersion() {
        final SimProcess asked = process;
        if (asked == null) {
            return;
        }
        asked.step(() -> {
            try {
                asked.core().raiseLogicVersion(Release.NEXT.logicMax, "operator");
            } catch (final PartitaException refused) {
                simulator.coverage.hit("ERROR " + refused.code());
            }
        });
    }

    /** The process ends; what it had handed to the disk may or may not be there. */
    void kill(final boolean host) {
        final SimProcess dying = process;
        if (dying == null) {
            return;
        }
        process = null;
        dying.die(host, crashes);
        if (host) {
            hostDown = true;
            lineageLost = !isGateMarked() && simulator.bug != Zoo.Bug.PC_NO_REGEN;
            disk.loseTail(crashes);
            simulator.checkers.onLoss(this);
        }
        simulator.scheduler.after(restartDelay(host), this::boot);
    }

    private long restartDelay(final boolean host) {
        return host
                ? 500_000_000 + crashes.nextLong(3_000_000_000L)
                : (crashes.nextInt(3) == 0 ? 1_000_000 : 50_000_000 + crashes.nextLong(2_000_000_000L));
    }

    /** Reads the journal as a start does, once: whether it was damaged is known until then. */
    void readJournal() {
        damageFound |= disk.recover();
    }

    /** Whether damage was found since the last start. */
    boolean takeDamageFound() {
        readJournal();
        final boolean found = damageFound;
        damageFound = false;
        return found;
    }

    /** R36: an operator gives the journal another lineage, and the node another start, while no process runs. */
    void renew(final NodeMeta meta) {
        disk.forcedTo(disk.lastSeq());
        disk.meta = meta;
        lineageLost = false;
        damageFound = false;
        halted = HaltReason.NONE;
        isOut = false;
        simulator.scheduler.after(restartDelay(false), this::boot);
    }

    /** The process stopped itself for a reason that a restart does not cure. */
    void out(final HaltReason reason) {
        halt(reason);
        isOut = true;
    }

    void halt(final HaltReason reason) {
        halted = reason;
        hasHalted = true;
    }

    /** The driver tells the core of a failure that it cannot go on after. */
    void fails(final HaltReason reason) {
        final SimProcess failing = process;
        if (failing != null) {
            failing.step(() -> failing.core().onStorageFault(reason, "simulated"));
        }
    }

    /** Asks for a planned handover; not being able to is no fault. */
    void switchover(final @Nullable String to) {
        final SimProcess asked = process;
        if (asked != null) {
            asked.step(() -> asked.core().requestHandover(to));
        }
    }

    /** Hands over, then leaves, for so long; then ends, whatever has come of it. */
    void stopCleanly(final long withinNs) {
        final SimProcess stopping = process;
        if (stopping != null) {
            depart(stopping, simulator.scheduler.nowNs() + withinNs);
        }
    }

    private void depart(final SimProcess stopping, final long endNs) {
        if (process != stopping) {
            return;
        }
        if (simulator.scheduler.nowNs() >= endNs || stopping.core().leaveState() == LeaveState.LEFT) {
            kill(false);
            return;
        }
        stopping.step(() -> {
            if (stopping.core().role() != Role.ACTIVE) {
                stopping.core().requestLeave();
            } else if (!stopping.core().handoverState().isRunning()) {
                stopping.core().requestHandover(null);
            }
        });
        simulator.scheduler.after(DEPARTURE_STEP_NS, () -> depart(stopping, endNs));
    }

    void pause(final long durationNs) {
        if (process != null) {
            process.pause(durationNs);
        }
    }

    void killAtEffect(final int effects) {
        if (process != null) {
            process.killAtEffect(effects);
        }
    }

    /** The next start draws a new lineage. */
    void loseLineage() {
        lineageLost = true;
        simulator.checkers.onLoss(this);
    }

    void wipe() {
        kill(false);
        disk.wipe();
        simulator.checkers.onLoss(this);
    }

    void loseMeta() {
        kill(false);
        disk.meta = null;
        simulator.checkers.onLoss(this);
    }

    /** A bit of a record flips at rest, is met at the next start. */
    void damage(final int back) {
        kill(false);
        if (disk.lastSeq() >= disk.oldestSeq()) {
            disk.damage(Math.max(disk.oldestSeq(), disk.lastSeq() - back));
        }
        loseLineage();
    }

    /** The folder is set back to what it is now, after some time. */
    void restoreLater(final long afterNs) {
        final SimDisk image = new SimDisk(simulator.clusterId, simulator.scheduler);
        image.copyFrom(disk);
        simulator.scheduler.after(afterNs, () -> {
            simulator.outside(false);
            kill(false);
            disk.copyFrom(image);
        });
    }

    /** The process's next greeting is of another cluster, node, protocol or logic. */
    void misconfigure(final int what) {
        misconfiguration = what;
    }

    boolean takeMisconfiguration(final MutableDirectBuffer greeting) {
        if (misconfiguration == 0) {
            return false;
        }
        final HelloEncoder hello = new HelloEncoder().wrap(greeting, MessageHeaderDecoder.ENCODED_LENGTH);
        switch (misconfiguration % 4) {
            case 0 -> hello.origin().clusterIdHi(404);
            case 1 -> hello.origin().nodeHi(404);
            case 2 -> hello.protoMin(404).protoMax(404);
            default -> hello.logicMin(404).logicMax(404);
        }
        misconfiguration = 0;
        return true;
    }

    /** A bit of some record flips; a process that runs meets it, else the next one does. */
    void flip(final int size) {
        damageRecord(disk.oldestSeq() + (disk.lastSeq() - disk.oldestSeq()) * (size % 60) / 60);
    }

    private void damageRecord(final long seq) {
        if (process != null) {
            process.damage(seq);
        } else {
            disk.damage(seq);
        }
    }

    /** The newest record went to an older one's place. */
    void misdirect(final int size) {
        final long last = disk.lastSeq();
        flip(size);
        damageRecord(last);
    }

    void registerCutOff(final long durationNs) {
        registerCutOffUntilNs = Math.max(registerCutOffUntilNs, simulator.scheduler.nowNs() + durationNs);
    }

    void jumpClock(final long byNs) {
        wallOffsetNs += byNs;
        highestOffsetNs = Math.max(highestOffsetNs, wallOffsetNs);
    }

    /** No more faults. */
    void heal() {
        registerCutOffUntilNs = 0;
        disk.heal();
        killAtEffect(-1);
        if (simulator.isUpgraded() && release != Release.NEXT) {
            release = Release.NEXT;
            kill(false);
        }
    }

    /** The run is over. */
    void close() {
        if (process != null) {
            process.engine().close();
        }
    }
}
