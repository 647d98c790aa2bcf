#include "scenarios/member_orders.h"

#include <array>
#include <fstream>
#include <sstream>

#include <nlohmann/json.hpp>

namespace odradek::scenarios {

namespace {

using Json = nlohmann::json;

constexpr std::array<std::string_view, 6> kind_names{
    "pause", "resume", "usual_handler", "slow_handler", "failing_handler", "stop"};

}  // namespace

std::string to_line(const MemberOrder& order) {
    std::string line(kind_names[static_cast<std::size_t>(order.kind)]);
    line += ' ' + std::to_string(order.span.count());
    line += ' ' + std::to_string(order.failures.part);
    return line + ' ' + std::to_string(order.failures.whole);
}

std::optional<MemberOrder> parse_order(std::string_view line) {
    std::istringstream words{std::string(line)};
    std::string name;
    Duration::rep span = 0;
    MemberOrder order;
    words >> name >> span >> order.failures.part >> order.failures.whole;
    const auto* kind = std::ranges::find(kind_names, name);
    if (!words || kind == kind_names.end()) return std::nullopt;
    order.kind = static_cast<MemberOrder::Kind>(kind - kind_names.begin());
    order.span = Duration{span};
    return order;
}

std::expected<void, std::string> write_member_task(
    const std::filesystem::path& path, const MemberTask& task
) {
    const Json json{
        {"brokers", task.place.brokers},
        {"group", task.place.group},
        {"topics", task.place.topics},
        {"number", task.place.number},
        {"handler_seed", task.place.handler_seed},
        {"scenario", task.scenario.string()},
        {"ledger", task.ledger.string()}};
    std::ofstream output(path);
    output << json.dump(2) << '\n';
    output.close();
    if (!output) return std::unexpected("cannot write " + path.string());
    return {};
}

std::expected<MemberTask, std::string> read_member_task(const std::filesystem::path& path) {
    std::ifstream input(path);
    const Json json = Json::parse(input, nullptr, false);
    const auto has = [&](const char* name, auto is_right) {
        return json.contains(name) && (json[name].*is_right)();
    };
    const bool is_whole = json.is_object() && has("brokers", &Json::is_string) &&
                          has("group", &Json::is_string) && has("topics", &Json::is_array) &&
                          has("number", &Json::is_number_integer) &&
                          has("handler_seed", &Json::is_number_unsigned) &&
                          has("scenario", &Json::is_string) && has("ledger", &Json::is_string);
    if (!is_whole) return std::unexpected(path.string() + " is no task of a member");
    MemberTask task;
    task.place.brokers = json["brokers"];
    task.place.group = json["group"];
    for (const Json& topic : json["topics"]) {
        if (topic.is_string()) task.place.topics.push_back(topic);
    }
    task.place.number = json["number"];
    task.place.handler_seed = json["handler_seed"];
    task.scenario = json["scenario"].get<std::string>();
    task.ledger = json["ledger"].get<std::string>();
    return task;
}

}  // namespace odradek::scenarios
