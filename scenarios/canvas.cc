#include "scenarios/canvas.h"

#include "engine/base/markup_text.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

namespace odradek::scenarios {

namespace {

constexpr double width = 1180;
constexpr double gutter = 150;  ///< for the names of the rows
constexpr double margin = 26;
constexpr double letter = 7.0;  ///< no letter of the page's font is wider

double seconds(Duration span) {
    return std::chrono::duration<double>(span).count();
}

}  // namespace

double seconds_at(Instant at) {
    return seconds(at - Instant{});
}

double Canvas::x_of(Instant at) const {
    const double whole = std::max(seconds(window_.to - window_.from), 1e-9);
    const double part = seconds(at - window_.from) / whole;
    return gutter + std::clamp(part, 0.0, 1.0) * (width - gutter - margin);
}

void Canvas::heading(std::string_view text) {
    y_ += 6;
    body_ += fmt::format("<text class=h x=0 y={:.0f}>{}</text>\n", y_ + 12, escaped(text));
    next_row();
}

void Canvas::name_row(std::string_view text) {
    body_ += fmt::format(
        "<text class=l x={:.0f} y={:.0f}>{}</text>\n", gutter - 8, y_ + 13, escaped(text)
    );
}

void Canvas::bar(const TimeSpan& span, std::string_view style, std::string_view tip) {
    if (!shows(span)) return;
    const double from = x_of(span.from);
    const double to = std::max(x_of(span.to), from + 1.5);
    body_ += fmt::format(
        "<rect class=\"{}\" x={:.1f} y={:.1f} width={:.1f} height={:.1f} rx=2><title>{}: {:.4f} s "
        "to "
        "{:.4f} s</title></rect>\n",
        style,
        from,
        y_ + 1,
        to - from,
        row_height - 3,
        escaped(tip),
        seconds_at(span.from),
        seconds_at(span.to)
    );
}

void Canvas::bar_text(const TimeSpan& span, std::string_view text) {
    if (!shows(span)) return;
    const double from = x_of(span.from);
    if (x_of(span.to) - from < letter * static_cast<double>(text.size()) + 6) return;
    body_ += fmt::format(
        "<text class=b x={:.1f} y={:.1f}>{}</text>\n", from + 4, y_ + 12.5, escaped(text)
    );
}

void Canvas::text(Instant at, std::string_view style, std::string_view text, std::string_view tip) {
    body_ += fmt::format(
        "<text class={} x={:.1f} y={:.1f}>{}<title>{}</title></text>\n",
        style,
        x_of(at) + 4,
        y_ + 12.5,
        escaped(text),
        escaped(tip.empty() ? text : tip)
    );
}

void Canvas::triangle(Instant at, std::string_view style, std::string_view tip) {
    body_ += fmt::format(
        "<path class=\"{}\" d=\"M{:.1f} {:.1f}l3 6h-6z\"><title>{} at {:.4f} s</title></path>\n",
        style,
        x_of(at),
        y_ + 7,
        escaped(tip),
        seconds_at(at)
    );
}

void Canvas::needle(Instant at, int number, double shift) {
    const double x = x_of(at);
    body_ += fmt::format(
        "<path class=p d=\"M{0:.1f} 16V{1:.1f}\"/><text class=pn x={2:.1f} y=12>{3}</text>\n",
        x,
        y_,
        x - 3 + shift,
        number
    );
}

void Canvas::draw_axis() {
    const double from = seconds_at(window_.from);
    const double to = seconds_at(window_.to);
    const double whole = std::max(to - from, 1e-6);
    constexpr std::array factors{2.0, 2.5, 2.0};  // 1, 2, 5, 10
    double step = 1e-6;
    for (std::size_t index = 0; whole / step > 10; ++index) {
        step *= factors[index % factors.size()];
    }
    const int digits = step >= 1 ? 0 : step >= 0.01 ? 2 : step >= 0.0001 ? 4 : 6;
    y_ += 4;
    body_ += fmt::format("<path class=a d=\"M{} {:.0f}H{}\"/>\n", gutter, y_, width - margin);
    for (double at = std::ceil(from / step) * step; at <= to; at += step) {
        const double x = gutter + (at - from) / whole * (width - gutter - margin);
        body_ += fmt::format(
            "<path class=g d=\"M{0:.1f} 18V{1:.0f}\"/><text class=t x={0:.1f} y={2:.0f}>{3:.{4}f} s"
            "</text>\n",
            x,
            y_,
            y_ + 14,
            at,
            digits
        );
    }
    y_ += row_height;
}

std::string Canvas::finish() {
    draw_axis();
    return fmt::format(
        "<svg viewBox=\"0 0 {} {:.0f}\" role=\"img\" aria-label=\"time line of the run\">\n{}</svg>"
        "\n",
        width,
        y_ + 6,
        body_
    );
}

}  // namespace odradek::scenarios
