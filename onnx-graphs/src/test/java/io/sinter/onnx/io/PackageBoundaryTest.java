package io.sinter.onnx.io;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Protobuf stays where files are read and written. */
class PackageBoundaryTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("/io/proto/"))
            .importPackages("io.sinter");

    @Test
    void protobuf_isSeenByTheIoPackageOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.sinter.onnx.io", "io.sinter.onnx.io.proto")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.google.protobuf..", "io.sinter.onnx.io.proto..")
                .check(CLASSES);
    }

    @Test
    void tensorsAndIr_doNotKnowAboutFiles() {
        noClasses()
                .that()
                .resideInAnyPackage("io.sinter.tensor..", "io.sinter.onnx.ir..", "io.sinter.error..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.sinter.onnx.io..", "io.sinter.onnx.op..")
                .check(CLASSES);
    }

    @Test
    void ir_knowsTensorsOnly() {
        noClasses()
                .that()
                .resideInAPackage("io.sinter.onnx.ir")
                .should()
                .dependOnClassesThat(resideInAPackage("io.sinter..")
                        .and(resideOutsideOfPackages("io.sinter.onnx.ir", "io.sinter.tensor")))
                .check(CLASSES);
    }

    @Test
    void operatorsChecksAndPasses_dependInThatOrder() {
        noClasses()
                .that()
                .resideInAnyPackage("io.sinter.onnx.op", "io.sinter.onnx.check", "io.sinter.onnx.pass")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.sinter.onnx.io..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("io.sinter.onnx.op")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.sinter.onnx.check", "io.sinter.onnx.pass")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("io.sinter.onnx.autodiff")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.sinter.onnx.check", "io.sinter.onnx.pass..", "io.sinter.onnx.io..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("io.sinter.onnx.check")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.sinter.onnx.pass")
                .check(CLASSES);
    }
}
