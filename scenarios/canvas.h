#pragma once

#include "scenarios/chronicle.h"

#include <string>
#include <string_view>

namespace odradek::scenarios {

/// A time line as SVG, drawn row by row from the top downwards; x is time.
class Canvas {
public:
    static constexpr double row_height = 18;

    explicit Canvas(const TimeSpan& window) : window_(window) {}

    [[nodiscard]] double y() const { return y_; }
    void set_y(double y) { y_ = y; }
    void next_row() { y_ += row_height; }

    [[nodiscard]] bool shows(const TimeSpan& span) const { return span.overlaps(window_); }
    [[nodiscard]] bool shows(Instant at) const { return shows({at, at}); }
    [[nodiscard]] double x_of(Instant at) const;

    /// A line of its own over the rows that follow.
    void heading(std::string_view text);

    /// In front of the present row.
    void name_row(std::string_view text);

    /// In the present row. `style` is a class of the page's CSS; the tip gets the span's times.
    void bar(const TimeSpan& span, std::string_view style, std::string_view tip);

    /// A text on a bar, if there is room for it.
    void bar_text(const TimeSpan& span, std::string_view text);

    /// A text that begins at a time, whether there is room or not.
    void text(Instant at, std::string_view style, std::string_view text, std::string_view tip = {});

    void triangle(Instant at, std::string_view style, std::string_view tip);

    /// A line through all rows so far, with a number on top, moved aside by `shift`.
    void needle(Instant at, int number, double shift);

    /// The scale of time below all rows; nothing follows it. The whole <svg> element.
    [[nodiscard]] std::string finish();

private:
    void draw_axis();

    TimeSpan window_;
    std::string body_;
    double y_ = 22;
};

/// Seconds since the run began.
[[nodiscard]] double seconds_at(Instant at);

}  // namespace odradek::scenarios
