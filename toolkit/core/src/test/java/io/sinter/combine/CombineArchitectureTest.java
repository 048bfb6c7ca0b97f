package io.sinter.combine;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class CombineArchitectureTest {

    private static final JavaClasses PRODUCTION = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.sinter");

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
    void onnxRuntime_isSeen_byTheRuntimePackageOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.sinter.runtime")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ai.onnxruntime..")
                .check(PRODUCTION);
    }
}
