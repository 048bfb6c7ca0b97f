package io.sinter;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The boundaries between packages that docs/architecture.md promises. */
class ArchitectureTest {

    private static final JavaClasses PRODUCTION = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.sinter");

    /** Without the libraries' classes on both sides of a rule, it would hold of nothing. */
    @ParameterizedTest
    @CsvSource({
        "ai.onnxruntime,        io.sinter.runtime",
        "ai.djl,                io.sinter.tokenizer",
        "org.bytedeco,          io.sinter.linalg",
        "com.google.protobuf,   io.sinter.onnx.io",
        "tools.jackson.dataformat.yaml, io.sinter.recipe",
        "org.hipparchus,        io.sinter.evolve"
    })
    void library_isSeen_byOnePackageOnly(String library, String owner) {
        noClasses()
                .that()
                .resideOutsideOfPackage(owner + "..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library + "..")
                .check(PRODUCTION);
        assertThat(PRODUCTION.stream()
                        .filter(type -> type.getPackageName().startsWith(owner))
                        .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                        .anyMatch(d -> d.getTargetClass().getPackageName().startsWith(library)))
                .as("%s uses %s", owner, library)
                .isTrue();
    }

    @Test
    void combine_imports_areGraphsTensorsAndErrorsOnly() {
        classes()
                .that()
                .resideInAPackage("io.sinter.combine")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "org.jspecify.annotations",
                        "io.sinter.combine",
                        "io.sinter.error",
                        "io.sinter.tensor",
                        "io.sinter.onnx.ir",
                        "io.sinter.onnx.op")
                .check(PRODUCTION);
    }

    @Test
    void weights_imports_areTensorsAndErrorsOnly() {
        classes()
                .that()
                .resideInAPackage("io.sinter.weights")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "org.jspecify.annotations",
                        "io.sinter.weights",
                        "io.sinter.error",
                        "io.sinter.tensor")
                .check(PRODUCTION);
    }

    @Test
    void mergekit_isALanguage_thatOpensNoModel() {
        classes()
                .that()
                .resideInAPackage("io.sinter.mergekit")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "org.jspecify.annotations",
                        "io.sinter.mergekit",
                        "io.sinter.recipe",
                        "io.sinter.weights",
                        "io.sinter.hub",
                        "io.sinter.error",
                        "io.sinter.tensor")
                .check(PRODUCTION);
    }

    @Test
    void checkpoint_knowsNothing_ofTablesAndCombiners() {
        noClasses()
                .that()
                .resideInAPackage("io.sinter.checkpoint")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.sinter.merge",
                        "io.sinter.ensemble",
                        "io.sinter.combine",
                        "io.sinter.bake",
                        "io.sinter.evolve",
                        "io.sinter.eval")
                .check(PRODUCTION);
    }

    @Test
    void library_knowsNothing_ofTheCommandLine() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.sinter.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.sinter.cli..", "picocli..")
                .check(PRODUCTION);
    }

    @Test
    void graphs_knowNothing_ofTheToolkit() {
        classes()
                .that()
                .resideInAnyPackage("io.sinter.onnx..", "io.sinter.tensor", "io.sinter.error", "io.sinter.file")
                .and()
                .resideOutsideOfPackage("io.sinter.onnx.io.proto")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "jdk.incubator.vector",
                        "org.jspecify.annotations",
                        "com.google.protobuf..",
                        "com.google.errorprone.annotations..",
                        "io.sinter.onnx..",
                        "io.sinter.tensor",
                        "io.sinter.error",
                        "io.sinter.file")
                .check(PRODUCTION);
    }

    @Test
    void packages_ofTheToolkit_haveNoCycles() {
        slices().matching("io.sinter.(*)..").should().beFreeOfCycles().check(PRODUCTION);
    }

    @Test
    void packages_ofOnnxGraphs_haveNoCycles() {
        slices().matching("io.sinter.onnx.(*)..").should().beFreeOfCycles().check(PRODUCTION);
    }
}
