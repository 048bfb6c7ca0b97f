package io.sinter.missing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.sinter.error.RecipeException;
import java.util.List;
import org.junit.jupiter.api.Test;

class MissingMethodsTest {

    @Test
    void implementors_areAllListedRecordsOfUniqueName() {
        List<String> implementors = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("io.sinter").stream()
                        .filter(type -> type.isAssignableTo(MissingRows.class) && !type.isInterface())
                        .map(JavaClass::getName)
                        .toList();
        assertThat(implementors)
                .containsExactlyInAnyOrderElementsOf(
                        MissingMethods.BUILT_IN.stream().map(Class::getName).toList());
        assertThat(MissingMethods.all()).hasSameSizeAs(MissingMethods.BUILT_IN);
        assertThat(MissingMethods.all().keySet())
                .startsWith("zero", "mean", "random-normal", "subtoken")
                .allSatisfy(name -> assertThat(name).matches("[a-z]+(-[a-z]+)*"));
        assertThat(MissingMethods.BUILT_IN)
                .allSatisfy(type -> assertThat(type).isRecord().isPublic());
    }

    @Test
    void named_unknown_listsTheKnown() {
        assertThat(MissingMethods.named("random-normal")).isEqualTo(RandomNormal.class);
        assertThatThrownBy(() -> MissingMethods.named("average"))
                .isInstanceOf(RecipeException.class)
                .hasMessageStartingWith(
                        "missing: method: got \"average\", expected one of zero, mean, random-normal, subtoken");
    }
}
