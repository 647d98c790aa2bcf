#include "engine/cli/map_picture.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace odradek {

namespace {

constexpr std::size_t cells_min = 10;

enum class Cell { open, mostly_open, mostly_done, done };

std::string_view block_of(Cell cell) {
    switch (cell) {
        case Cell::open:
            return "░";
        case Cell::mostly_open:
            return "▒";
        case Cell::mostly_done:
            return "▓";
        case Cell::done:
            return "█";
    }
    return "?";
}

/// Green for done, yellow where something is open.
std::string_view colour_of(Cell cell) {
    return cell == Cell::done ? "\x1b[32m" : "\x1b[33m";
}

std::vector<Cell> cells_of(const OffsetMap& map, std::size_t cells_max) {
    const std::int64_t size = distance(map.next_to_read, map.completed.back().end);
    const std::int64_t count = std::min(size, static_cast<std::int64_t>(cells_max));
    // No product overflows: a map covers at most 2^40 offsets, a line far fewer than 2^20 cells.
    const auto begin_of = [&](std::int64_t cell) { return size * cell / count; };
    std::vector<std::int64_t> done(static_cast<std::size_t>(count));
    std::int64_t cell = 0;
    for (const OffsetRange& range : map.completed) {
        std::int64_t at = distance(map.next_to_read, range.begin);
        const std::int64_t end = distance(map.next_to_read, range.end);
        while (at < end) {
            while (begin_of(cell + 1) <= at) {
                ++cell;
            }
            const std::int64_t stop = std::min(end, begin_of(cell + 1));
            done[static_cast<std::size_t>(cell)] += stop - at;
            at = stop;
        }
    }
    std::vector<Cell> cells;
    for (std::int64_t index = 0; index < count; ++index) {
        const std::int64_t share = begin_of(index + 1) - begin_of(index);
        const std::int64_t part = done[static_cast<std::size_t>(index)];
        if (part == 0 || part == share) {
            cells.push_back(part == 0 ? Cell::open : Cell::done);
        } else {
            cells.push_back(2 * part < share ? Cell::mostly_open : Cell::mostly_done);
        }
    }
    return cells;
}

}  // namespace

std::string grouped(std::int64_t number) {
    std::string text = std::to_string(number);
    const std::size_t first = number < 0 ? 1 : 0;
    for (std::size_t at = text.size(); at > first + 3; at -= 3) {
        text.insert(at - 3, 1, ',');
    }
    return text;
}

std::string picture_of(const OffsetMap& map, std::size_t width, Colours colours) {
    if (map.completed.empty()) return {};
    const std::string left = grouped(map.next_to_read.value()) + ' ';
    const std::string right = ' ' + grouped(previous(map.completed.back().end).value());
    const std::size_t labels = left.size() + right.size();
    const std::size_t cells_max = width > labels + cells_min ? width - labels : cells_min;
    std::string picture = left;
    std::string_view colour;
    for (const Cell cell : cells_of(map, cells_max)) {
        if (colours == Colours::on && colour_of(cell) != colour) {
            colour = colour_of(cell);
            picture += colour;
        }
        picture += block_of(cell);
    }
    if (colours == Colours::on) picture += "\x1b[0m";
    return picture + right;
}

}  // namespace odradek
