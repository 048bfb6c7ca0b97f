package io.sinter.onnx.pass.fuse;

import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.pass.fuse.Element.Apply;
import io.sinter.onnx.pass.fuse.Element.Extent;
import io.sinter.onnx.pass.fuse.Element.Number;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where an element stood before a reshape: axes of extent 1 come and go, and two axes may have become one. */
final class Regrouping {

    private Regrouping() {}

    /** The index before, or null where it does not follow from the extents. */
    static @Nullable List<Element> indexBefore(@Nullable Shape before, @Nullable Shape after, List<Element> index) {
        if (before == null || after == null || after.rank() != index.size()) {
            return null;
        }
        List<Element> places = new ArrayList<>();
        for (int i = 0; i < after.rank(); i++) {
            if (!isOne(after.dim(i))) {
                places.add(index.get(i));
            }
        }
        List<Dim> extents = before.dims().stream().filter(d -> !isOne(d)).toList();
        List<Dim> kept = after.dims().stream().filter(d -> !isOne(d)).toList();
        if (extents.size() == 2 && kept.size() == 1) {
            places = split(places.getFirst(), extents.getLast());
        } else if (extents.contains(Dim.unknown()) ? extents.size() != 1 || kept.size() != 1 : !extents.equals(kept)) {
            return null;
        }
        return places == null ? null : spread(before, places);
    }

    private static List<Element> spread(Shape before, List<Element> places) {
        List<Element> index = new ArrayList<>();
        int next = 0;
        for (Dim dim : before.dims()) {
            index.add(isOne(dim) ? Number.ZERO : places.get(next++));
        }
        return index;
    }

    /** Row and column of row · width + column. */
    private static @Nullable List<Element> split(Element place, Dim width) {
        if (!(place instanceof Apply(String opType, List<Element> terms)) || !opType.equals("Add")) {
            return null;
        }
        for (int i = 0; i < 2; i++) {
            if (terms.get(i) instanceof Apply(String product, List<Element> factors) && product.equals("Mul")) {
                for (int j = 0; j < 2; j++) {
                    if (isExtent(factors.get(j), width)) {
                        return List.of(factors.get(1 - j), terms.get(1 - i));
                    }
                }
            }
        }
        return null;
    }

    private static boolean isExtent(Element element, Dim width) {
        return switch (element) {
            case Extent(Dim dim) -> dim.equals(width);
            case Number(double number) -> width.equals(Dim.of((long) number));
            default -> false;
        };
    }

    private static boolean isOne(Dim dim) {
        return dim.equals(Dim.of(1));
    }
}
