package io.sinter.combine;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
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
    void combiners_implementors_areListed() {
        List<String> implementors = PRODUCTION.stream()
                .filter(type -> type.isAssignableTo(Combiner.class) && !type.isInterface())
                .map(JavaClass::getName)
                .toList();
        assertThat(implementors)
                .containsExactlyInAnyOrderElementsOf(
                        Combiners.BUILT_IN.stream().map(Class::getName).toList());
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
