#include "reports/topic_flow.h"

#include <algorithm>
#include <cstddef>
#include <deque>
#include <optional>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/strong_components.hpp>

namespace odradek::reports {

namespace {

using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;
using Topic = boost::graph_traits<Graph>::vertex_descriptor;

struct NamedGraph {
    Graph graph;
    std::vector<std::string> names;

    explicit NamedGraph(const TopicFlow& flow) {
        for (const auto& [from, targets] : flow) {
            names.push_back(from);
            names.insert(names.end(), targets.begin(), targets.end());
        }
        std::ranges::sort(names);
        const auto repeated = std::ranges::unique(names);
        names.erase(repeated.begin(), repeated.end());
        graph = Graph(names.size());
        for (const auto& [from, targets] : flow) {
            for (const std::string& target : targets) {
                boost::add_edge(index_of(from), index_of(target), graph);
            }
        }
    }

    [[nodiscard]] Topic index_of(const std::string& name) const {
        return static_cast<Topic>(std::ranges::lower_bound(names, name) - names.begin());
    }
};

/// The shortest way from `start` back to it; empty when there is none.
std::vector<Topic> way_round(const Graph& graph, Topic start) {
    std::vector<std::optional<Topic>> came_from(boost::num_vertices(graph));
    std::deque<Topic> open{start};
    while (!open.empty()) {
        const Topic at = open.front();
        open.pop_front();
        const auto [first, last] = boost::adjacent_vertices(at, graph);
        for (auto next = first; next != last; ++next) {
            if (*next != start && came_from[*next]) continue;
            came_from[*next] = at;
            if (*next != start) {
                open.push_back(*next);
                continue;
            }
            std::vector<Topic> way{start};
            for (Topic back = at; back != start; back = *came_from[back]) {
                way.push_back(back);
            }
            way.push_back(start);
            std::ranges::reverse(way);
            return way;
        }
    }
    return {};
}

}  // namespace

std::vector<std::vector<std::string>> find_circles(const TopicFlow& flow) {
    const NamedGraph named{flow};
    std::vector<std::size_t> component(named.names.size());
    if (component.empty()) return {};
    const auto map = boost::make_iterator_property_map(
        component.begin(), boost::get(boost::vertex_index, named.graph)
    );
    const auto count = boost::strong_components(named.graph, map);
    std::vector<bool> is_told(count, false);
    std::vector<std::vector<std::string>> circles;
    for (Topic topic = 0; topic < named.names.size(); ++topic) {
        if (is_told[component[topic]]) continue;
        const std::vector<Topic> way = way_round(named.graph, topic);
        if (way.empty()) continue;
        is_told[component[topic]] = true;
        std::vector<std::string>& circle = circles.emplace_back();
        for (const Topic stop : way) {
            circle.push_back(named.names[stop]);
        }
    }
    return circles;
}

}  // namespace odradek::reports
