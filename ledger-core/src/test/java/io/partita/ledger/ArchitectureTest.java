// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

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

/** Who may import whom in ledger-core, what may import a third party, and what the state machine must never call. */
class ArchitectureTest {
    private static final String BASE = "io.partita.ledger";

    /** Each package and the packages of ours it may import. What is not listed is forbidden; the facade may import all. */
    private static final Map<String, List<String>> ARROWS = Map.of(
            "model", List.of(),
            "codec", List.of(),
            "wire", List.of("model", "codec"),
            "state", List.of("model", "wire"),
            "journal", List.of("model", "codec", "observe"),
            "snapshot", List.of("model", "codec", "state", "observe"),
            "observe", List.of("model"),
            "client", List.of("model", "wire"),
            "engine", List.of("model", "wire", "state", "journal", "snapshot", "client", "observe"),
            "backup", List.of("model", "wire", "state", "journal", "snapshot", "observe", "engine"));

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

    /** One slice per package, the facade's included: {@code slices().matching} would leave that out. */
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
            arrow.getValue().forEach(to -> allowed.add(BASE + "." + to));
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
    void shouldImportChronicleOnlyInTheJournal() {
        noClasses()
                .that()
                .resideOutsideOfPackage(BASE + ".journal")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("net.openhft..")
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void shouldImportNoNetworkLibrary() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.netty..", "org.apache.curator..", "org.apache.zookeeper..")
                .check(CLASSES);
    }

    @Test
    void shouldDependOnNothingIndeterminateInState() {
        noClasses()
                .that()
                .resideInAPackage(BASE + ".state..")
                .should()
                .dependOnClassesThat(INDETERMINATE_TYPES)
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void shouldCallNothingIndeterminateInState() {
        noClasses()
                .that()
                .resideInAPackage(BASE + ".state..")
                .should()
                .accessTargetWhere(INDETERMINATE_CALLS)
                .allowEmptyShould(true)
                .check(CLASSES);
    }
}
