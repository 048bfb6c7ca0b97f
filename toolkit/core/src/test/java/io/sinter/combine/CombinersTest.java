package io.sinter.combine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.error.RecipeException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CombinersTest {

    @Test
    void all_names_areUniqueKebabCaseWithTheBuiltInFirst() {
        Map<String, Class<? extends Combiner>> all = Combiners.all();
        assertThat(all.keySet())
                .startsWith("average", "weighted-sum", "concatenation", "linear", "mlp", "attention")
                .allSatisfy(name -> assertThat(name).matches("[a-z][a-z0-9]*(-[a-z0-9]+)*"));
        assertThat(all).hasSizeGreaterThan(Combiners.BUILT_IN.size());
    }

    @Test
    void all_implementors_canBeMadeByOthers() {
        assertThat(Combiners.all().values())
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
}
