package io.sinter.train;

import io.sinter.train.LossPicture.Interval;
import io.sinter.train.LossPicture.Point;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Lines over the steps of a training, one of the diagrams below each other in its picture.
 *
 * @param title what it shows
 * @param height in pixels, without title and numbers
 * @param lines from back to front
 */
record Panel(String title, int height, List<Line> lines) {

    private static final int WIDTH = 760;

    private static final int LEFT = 80;

    private static final int ABOVE = 36;

    private static final int BELOW = 28;

    /** Points of a line at most: more than there are pixels show nothing more. */
    private static final int MOST_POINTS = 2 * WIDTH;

    /**
     * A line.
     *
     * @param width in pixels
     */
    record Line(String color, int width, List<Point> points) {}

    /** A picture of panels over the same steps. */
    static String svg(List<Panel> panels, Interval steps) {
        StringBuilder body = new StringBuilder();
        int top = 0;
        for (Panel panel : panels) {
            panel.draw(body, top + ABOVE, steps);
            top += ABOVE + panel.height + BELOW;
        }
        int width = LEFT + WIDTH + 24;
        return """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" \
                font-family="sans-serif" font-size="12" fill="#333">
                <rect width="100%%" height="100%%" fill="#fff"/>
                %s</svg>
                """.formatted(width, top + 8, width, top + 8, body);
    }

    private void draw(StringBuilder out, int top, Interval steps) {
        Interval values = Interval.of(lines.stream()
                .flatMap(line -> line.points.stream())
                .mapToDouble(Point::y)
                .toArray());
        out.append(
                "<text x=\"%d\" y=\"%d\" font-weight=\"bold\">%s</text>\n".formatted(LEFT, top - 10, escaped(title)));
        for (double tick : values.ticks(Math.max(3, height / 40))) {
            String y = number(top + height * (1 - values.at(tick)));
            out.append("<path d=\"M%d %sh%d\" stroke=\"#e4e4e4\"/>".formatted(LEFT, y, WIDTH));
            out.append("<text x=\"%d\" y=\"%s\" dy=\"4\" text-anchor=\"end\">%s</text>\n"
                    .formatted(LEFT - 8, y, label(tick)));
        }
        for (double tick : steps.ticks(8)) {
            String x = number(LEFT + WIDTH * steps.at(tick));
            out.append("<path d=\"M%s %dv%d\" stroke=\"#f0f0f0\"/>".formatted(x, top, height));
            out.append("<text x=\"%s\" y=\"%d\" text-anchor=\"middle\">%s</text>\n"
                    .formatted(x, top + height + 16, label(tick)));
        }
        for (Line line : lines) {
            out.append(
                    "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"%d\" stroke-linejoin=\"round\" points=\"%s\"/>\n"
                            .formatted(line.color, line.width, path(line.points, top, steps, values)));
        }
    }

    private String path(List<Point> points, int top, Interval steps, Interval values) {
        long stride = Math.ceilDiv(points.size(), MOST_POINTS);
        return IntStream.range(0, points.size())
                .filter(i -> i % stride == 0 || i == points.size() - 1)
                .mapToObj(points::get)
                .map(p -> number(LEFT + WIDTH * steps.at(p.x())) + "," + number(top + height * (1 - values.at(p.y()))))
                .collect(Collectors.joining(" "));
    }

    private static String number(double pixels) {
        return String.format(Locale.ROOT, "%.1f", pixels);
    }

    /** Up to four digits, without zeros at the end. */
    private static String label(double tick) {
        String digits = String.format(Locale.ROOT, "%.4g", tick);
        if (tick == 0 || Math.abs(tick) < 1e-4) {
            return tick == 0 ? "0" : String.format(Locale.ROOT, "%.1e", tick);
        }
        if (tick == Math.rint(tick)) {
            return String.format(Locale.ROOT, "%,.0f", tick);
        }
        return digits.replaceAll("0+$", "");
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }
}
