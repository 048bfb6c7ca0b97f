package io.sinter.combine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.sinter.error.RecipeException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CombinersTest {

    @Test
    void all_names_areUniqueKebabCaseWithTheBuiltInFirst() {
        Map<String, Class<? extends Combiner>> all = Combiners.all();
        assertThat(all.keySet())
                .startsWith(
                        "average",
                        "weighted-sum",
                        "concatenation",
                        "linear",
                        "mlp",
                        "attention",
                        "dynamic-meta-embedding")
                .allSatisfy(name -> assertThat(name).matches("[a-z][a-z0-9]*(-[a-z0-9]+)*"));
        assertThat(all).hasSizeGreaterThan(Combiners.BUILT_IN.size());
    }

    @Test
    void all_implementors_canBeMadeByOthers() {
        assertThat(Combiners.all().values())
                .allSatisfy(type -> assertThat(type).isRecord().isPublic());
    }

    @Test
    void methods_ofBothKinds_areRecordsOfOneRegistry() {
        assertThat(CombineMethod.all())
                .containsAllEntriesOf(Combiners.all())
                .containsAllEntriesOf(ContextCombiners.all())
                .hasSize(Combiners.all().size() + ContextCombiners.all().size());
        assertThat(ContextCombiners.all())
                .containsOnlyKeys("contextualized-dynamic-meta-embedding", "self-attentive-meta-embedding");
        assertThat(ContextCombiners.all().values())
                .allSatisfy(type -> assertThat(type).isRecord().isPublic());
    }

    @Test
    void named_thirdParty_isFound() {
        assertThat(Combiners.named("elementwise-maximum")).isEqualTo(TestCombiners.ElementwiseMaximum.class);
        assertThat(new TestCombiners.ElementwiseMaximum().method()).isEqualTo("elementwise-maximum");
    }

    @Test
    void named_unknown_listsTheKnown() {
        assertThatThrownBy(() -> Combiners.named("weigthed-sum"))
                .isInstanceOf(RecipeException.class)
                .hasMessageStartingWith(
                        "combine: method: got \"weigthed-sum\", expected one of average, weighted-sum, concatenation,");
    }

    @Test
    void implementors_areAllListed() {
        List<String> implementors = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("io.sinter").stream()
                        .filter(type -> type.isAssignableTo(CombineMethod.class) && !type.isInterface())
                        .map(JavaClass::getName)
                        .toList();
        assertThat(implementors)
                .containsExactlyInAnyOrderElementsOf(
                        CombineMethod.builtIn().stream().map(Class::getName).toList());
    }
}
