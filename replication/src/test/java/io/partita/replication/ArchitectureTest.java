// SPDX-License-Identifier: Apache-2.0
package io.partita.replication;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Who may import whom in replication, what may import a third party, and what the protocol must never call. */
class ArchitectureTest {
    private static final String BASE = "io.partita.replication";

    /**
     * Each package of replication and the packages of ours it may import, below {@code io.partita}. What is not listed is
     * forbidden. The values in {@code ledger.model} are common to all.
     */
    private static final Map<String, List<String>> ARROWS = Map.ofEntries(
            entry("protocol", List.of("ledger.model", "replication.protocol.codec")),
            entry("protocol.codec", List.of()),
            entry("register", List.of("ledger.model", "ledger.observe")),
            entry("register.zookeeper", List.of("ledger.model", "ledger.observe", "replication.register")),
            entry("transport", List.of("ledger.model", "ledger.observe", "replication.transport.codec")),
            entry("transport.codec", List.of()),
            entry(
                    "transport.ipc",
                    List.of("ledger.model", "ledger.observe", "ledger.journal", "replication.transport")),
            entry(
                    "transport.netty",
                    List.of("ledger.model", "ledger.observe", "replication.transport.codec", "replication.transport")),
            entry(
                    "failover",
                    List.of("ledger.model", "ledger.observe", "replication.protocol", "replication.register")),
            entry("client", List.of("ledger.model", "ledger.client", "ledger.wire", "replication.transport..")),
            entry("outbox", List.of("ledger.model", "ledger.client", "ledger.wire", "replication.node")),
            entry(
                    "node",
                    List.of(
                            "ledger",
                            "ledger.model",
                            "ledger.engine",
                            "ledger.journal",
                            "ledger.snapshot",
                            "ledger.state",
                            "ledger.client",
                            "ledger.wire",
                            "ledger.observe",
                            "replication..")));

    private static final Set<String> INDETERMINATE_METHODS = Set.of(
            "java.lang.System#nanoTime",
            "java.lang.System#currentTimeMillis",
            "java.lang.System#identityHashCode",
            "java.lang.System#getenv",
            "java.lang.System#getProperty",
            "java.lang.Math#random",
            "java.lang.StrictMath#random",
            "java.util.UUID#randomUUID",
            "java.util.Collections#shuffle",
            "java.util.Set#of",
            "java.util.Set#copyOf",
            "java.util.Map#of",
            "java.util.Map#ofEntries",
            "java.util.Map#copyOf");

    /** What gives another answer on another node, another JVM or another day. */
    private static final DescribedPredicate<JavaClass> INDETERMINATE_TYPES = resideInAnyPackage(
                    "java.io..", "java.net..", "java.nio.file..", "java.nio.channels..", "java.util.concurrent..")
            .or(belongToAnyOf(
                    Thread.class,
                    ThreadLocal.class,
                    ProcessHandle.class,
                    java.time.Clock.class,
                    java.time.Instant.class,
                    java.util.Random.class,
                    java.util.SplittableRandom.class,
                    java.util.Timer.class,
                    java.util.HashMap.class,
                    java.util.HashSet.class,
                    java.util.IdentityHashMap.class,
                    java.util.WeakHashMap.class))
            .as("I/O, threads, clocks, randomness or hash order");

    /** Calls, and method references, that do the same on types that are harmless otherwise. */
    private static final DescribedPredicate<JavaAccess<?>> INDETERMINATE_CALLS = describe(
            "a clock, randomness, an identity hash or an immutable collection whose order is salted per JVM",
            access -> {
                String call = access.getTargetOwner().getName() + "#"
                        + access.getTarget().getName();
                return call.startsWith("java.time.") && call.endsWith("#now") || INDETERMINATE_METHODS.contains(call);
            });

    /** One slice per package, nested ones on their own. */
    private static final SliceAssignment BY_PACKAGE = new SliceAssignment() {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return SliceIdentifier.of(type.getPackageName());
        }

        @Override
        public String getDescription() {
            return "packages";
        }
    };

    private static final JavaClasses CLASSES =
            new ClassFileImporter().withImportOption(new DoNotIncludeTests()).importPackages(BASE);

    @TestFactory
    Stream<DynamicTest> shouldImportOnlyAlongTheArrows() {
        return ARROWS.entrySet().stream().map(arrow -> {
            String from = BASE + "." + arrow.getKey();
            List<String> allowed = new ArrayList<>(List.of(from));
            arrow.getValue().forEach(to -> allowed.add("io.partita." + to));
            return DynamicTest.dynamicTest(
                    arrow.getKey() + " -> " + arrow.getValue(),
                    () -> classes()
                            .that()
                            .resideInAPackage(from)
                            .should()
                            .onlyDependOnClassesThat(not(resideInAPackage("io.partita.."))
                                    .or(resideInAnyPackage(allowed.toArray(String[]::new))))
                            .allowEmptyShould(true)
                            .check(CLASSES));
        });
    }

    @Test
    void shouldLiveInAKnownPackage() {
        List<String> known = new ArrayList<>(List.of(BASE));
        ARROWS.keySet().forEach(name -> known.add(BASE + "." + name));
        classes().should().resideInAnyPackage(known.toArray(String[]::new)).check(CLASSES);
    }

    @Test
    void shouldHaveNoPackageCycles() {
        slices().assignedFrom(BY_PACKAGE).should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void shouldImportNettyOnlyInItsTransport() {
        noClasses()
                .that()
                .resideOutsideOfPackage(BASE + ".transport.netty")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.netty..")
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void shouldImportCuratorOnlyInItsRegister() {
        noClasses()
                .that()
                .resideOutsideOfPackage(BASE + ".register.zookeeper")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.curator..", "org.apache.zookeeper..")
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void shouldImportChronicleNowhere() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("net.openhft..")
                .check(CLASSES);
    }

    @Test
    void shouldDependOnNothingIndeterminateInProtocol() {
        noClasses()
                .that()
                .resideInAPackage(BASE + ".protocol..")
                .should()
                .dependOnClassesThat(INDETERMINATE_TYPES)
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void shouldCallNothingIndeterminateInProtocol() {
        noClasses()
                .that()
                .resideInAPackage(BASE + ".protocol..")
                .should()
                .accessTargetWhere(INDETERMINATE_CALLS)
                .allowEmptyShould(true)
                .check(CLASSES);
    }
}
