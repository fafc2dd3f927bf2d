// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks;

import io.partita.benchmarks.guard.GuardChild;
import io.partita.benchmarks.load.GarbageRun;
import io.partita.benchmarks.load.LoadRun;
import io.partita.benchmarks.load.StartRun;
import io.partita.benchmarks.peers.PeerRun;
import java.util.Arrays;
import java.util.List;

/** The benchmarks' command line. */
public final class Main {
    private static final String USAGE = """
            usage: benchmarks/run micro [NAME,NAME...] [--accounts N,N...] [--kind KIND,KIND...] [--quick] [--json FILE]
                                        [--markdown FILE] [--dir DIR]
                   benchmarks/run growth [--accounts N] [--transfers N] [--pending PERCENT] [--within GIB] [--quick]
                                         [--json FILE] [--dir DIR] [--anonymous]
                   benchmarks/run digest [--accounts N,N...] [--quick] [--json FILE]
                   benchmarks/run queries [--unrelated N,N...] [--quick] [--json FILE]
                   benchmarks/run restart [--accounts N] [--transfers N] [--quick] [--json FILE] [--dir DIR]
                   benchmarks/run tls [--quick] [--json FILE]
                   benchmarks/run throughput [CASES] [--rounds N] [--seconds S] [--quick] [--json FILE] [--dir DIR]
                   benchmarks/run latency [CASES] [--rates N,N...] [--rounds N] [--seconds S] [--quick] [--json FILE] [--dir DIR]
                   benchmarks/run garbage [CASES] [--megabytes N] [--rates N] [--rounds N] [--seconds S] [--quick] [--json FILE] [--dir DIR]
                   benchmarks/run journals [--rounds N] [--seconds S] [--quick] [--json FILE] [--dir DIR]
                   benchmarks/run start [--rounds N] [--quick] [--json FILE] [--dir DIR]
                   benchmarks/run report [--from DIR] [--html FILE | --budget]
                   benchmarks/run guard --base JAR [--plant apply|append] [--demonstrate N]
                   benchmarks/run peers [--peers LIST] [--rounds N] [--seconds S] [--quick] [--json FILE] [--markdown FILE]
                                        [--dir DIR] [--tigerbeetle PATH]
                   benchmarks/run jmh [JMH OPTIONS]

            micro  runs the JMH benchmarks whose name contains a NAME (default: all) and prints one table: per command the
                   median, the floor measured in the same iterations, their ratio and the bytes allocated
              --accounts, --kind  only these values of that parameter
              --quick      fewer iterations: a look, not a measurement
              --json FILE, --markdown FILE  the figures in that form as well
              --dir DIR    where journals are written and deleted again (default: the temporary folder)
            growth  grows a ledger in a JVM of its own: throughput of each million, resident set, and a histogram of how long
                    each step took, steps that met page faults apart
              --accounts N   how many (default 10 million; --quick: 100 thousand)
              --transfers N  how many (default 100 million; --quick: 3 million)
              --pending PERCENT  of the transfers that are pending at first (default 4); half of them are posted
              --within GIB   takes memory away until the machine has only so much left
              --anonymous    the history in memory instead of mapped files
            digest  the running digest's share of the apply step: JVMs with it and without it take turns
            queries  what each query costs that finds the same hundred rows among few and many others: rows visited, time
                    with warm and with cold caches
              --unrelated N,N...  how many others (default 1 thousand, 1 million, 20 million; --quick: up to 1 million)
            restart  how long a single node takes to start, from its journal and from a snapshot, beside a plain read of the same bytes
              --accounts N, --transfers N  how many (default 1 million and 100 million; --quick: 10 thousand and 1 million)
              --dir DIR      where the ledger is written and deleted again: 65 bytes per transfer and 192 in a snapshot
            tls    what TLS costs on the links of a pair: two pairs, one with it, take turns
            failover  how long it takes from a fault of a real pair to the first new answer, step by step, in 100 rounds each
              --rounds N     how many; --cases LIST  which: kill, pause, pause-fast, switchover,
                             standby-kill, standby-pause
            throughput  what one node and a pair of processes can do at most (closed loop), beside the disk's own force(); the cases
                    take turns, each in JVMs of its own
            latency  how soon they answer, from the moment at which a batch was to be sent: at half of their most, at fixed rates
                    (open loop, no coordinated omission), and one transfer after the other
              --modes LIST     pair-memory, pair-active-fsync, pair-all-fsync, one-memory, one-fsync; not by default, with a
                               client over TCP: remote-memory, remote-active-fsync, remote-all-fsync
              --links LIST     of a pair: tcp, tls, ipc
              --batches N,N... --accounts N,N...  transfers of a batch, accounts of the ledger
              --spreads LIST   uniform, or hot: every transfer debits the same account
              --windows LIST   full, or one: one batch after the other
                               the first of each is the base case, the others vary it one at a time; modes with each window
              --cross          all combinations of them instead
              --rates N,N...   transfers per second (default 50,000)
              --snapshots N    each node takes a snapshot after so many records, an active of a pair a quarter as many:
                               with and without it, the longest answers tell what taking one costs whoever is answered (default: none)
              --rounds N, --seconds S  how often each case has its turn (default 5), how long each measurement takes (default 3)
              --dir DIR        where nodes have their files, which are deleted again: on the disk that is to be measured
            garbage  how much of the slowest answers are a collector's pauses: Serial, G1 and ZGC, with an application beside the
                    ledger that makes garbage and with none
              --megabytes N    a second (default 200); --rates N: of transfers (default 200,000)
            journals  the journal that ships beside one on a plain file, for records forced one by one and behind a whole engine
            start  from the start of a process to its first answer, and the throughput of each second from there on: one node,
                   and a pair, with and without what is there to make them faster
            report  what benchmarks/figures left in DIR (default: benchmarks/target/figures) as an HTML page with plots, which loads
                    nothing (default: benchmarks/target/report.html)
              --budget     only the table of what each step may cost and what it did, as Markdown
            guard  whether apply or append takes longer than with the ledger-core of an earlier commit; .ci/guard builds that one.
                   Exit 0: no. 1: yes. 3: they cannot be compared
              --base JAR      that ledger-core
              --plant STEP    makes the step 30 % slower: is it noticed?
              --demonstrate N  N runs with nothing planted, N with each slow-down, and a table of the alarms
            peers  Partita beside PostgreSQL with a standby, Aeron Cluster around the same state machine, and TigerBeetle's own
                   benchmark: same payments, same durability, each in the best of several settings; they take turns
              --peers LIST   some of partita, postgresql, aeron, tigerbeetle
              --tigerbeetle PATH  its binary
            jmh    JMH's own command line, with the ledger's JVM flags given to its forks

            example: benchmarks/run micro Append --json append.json
            """;

    private Main() {}

    /**
     * Runs a command.
     *
     * @param args see the usage.
     * @throws Exception if a benchmark failed.
     */
    public static void main(final String[] args) throws Exception {
        final String command = args.length == 0 ? "--help" : args[0];
        final String[] rest = args.length == 0 ? args : Arrays.copyOfRange(args, 1, args.length);
        switch (command) {
            case "micro" -> System.exit(MicroCommand.run(rest));
            case "growth" -> System.exit(GrowthCommand.run(rest));
            case "digest" -> System.exit(DigestCommand.run(rest));
            case "queries" -> System.exit(QueriesCommand.run(rest));
            case "restart" -> System.exit(RestartCommand.run(rest));
            case "tls" -> System.exit(TlsCommand.run(rest));
            case "throughput" -> System.exit(ThroughputCommand.run(rest));
            case "latency" -> System.exit(LatencyCommand.run(rest));
            case "garbage" -> System.exit(GarbageCommand.run(rest));
            case "journals" -> System.exit(JournalsCommand.run(rest));
            case "start" -> System.exit(StartCommand.run(rest));
            case "report" -> System.exit(ReportCommand.run(rest));
            case "guard" -> System.exit(GuardCommand.run(rest));
            case GuardChild.COMMAND -> GuardChild.run(rest[0], System.in, System.out);
            case StartRun.RUN -> System.out.print(StartRun.run(List.of(rest)));
            case GarbageRun.RUN -> System.out.print(GarbageRun.run(List.of(rest)));
            case LoadRun.RUN -> System.out.print(LoadRun.run(List.of(rest)));
            case LoadRun.STANDBY -> LoadRun.standby(List.of(rest));
            case "peers" -> System.exit(PeersCommand.run(rest));
            case PeerRun.RUN -> System.out.print(PeerRun.run(List.of(rest)));
            case PeerRun.NODE -> PeerRun.node(List.of(rest));
            case "jmh" -> org.openjdk.jmh.Main.main(withFlags(rest));
            case "--help", "-h", "help" -> System.out.print(USAGE);
            default -> System.exit(wrongUsage("unknown command: " + command));
        }
    }

    static int wrongUsage(final String message) {
        System.err.println("benchmarks: " + message + "\n\n" + USAGE);
        return 2;
    }

    private static String[] withFlags(final String[] jmhArgs) {
        final String[] all = Arrays.copyOf(jmhArgs, jmhArgs.length + 2);
        all[jmhArgs.length] = "-jvmArgsPrepend";
        all[jmhArgs.length + 1] = String.join(" ", JvmFlags.read());
        return all;
    }
}
