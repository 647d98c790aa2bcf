#include "scenarios/junit.h"

#include <gtest/gtest.h>

namespace odradek::scenarios {

TEST(Junit, names_failures_with_the_command_that_replays_them) {
    std::vector<Scenario> scenarios(2);
    scenarios[0].group = "ordering";
    scenarios[0].name = "fine";
    scenarios[1].group = "ordering";
    scenarios[1].name = "broken";
    std::vector<ScenarioTally> tallies(2);
    tallies[0] = {.seeds = 3, .held = 3};
    tallies[1] = {.seeds = 3, .held = 2};
    tallies[1].broken = {{.seed = 42, .guarantee = "key_order"}};
    const std::string xml = junit_xml(scenarios, tallies);
    EXPECT_NE(xml.find(R"(<testsuite name="ordering" tests="2" failures="1">)"), xml.npos) << xml;
    EXPECT_NE(xml.find(R"(name="fine" time="0.000"/>)"), xml.npos) << xml;
    EXPECT_NE(xml.find("odradek chaos replay ordering/broken --seed 42"), xml.npos) << xml;
}

TEST(Junit, escapes_what_xml_would_read) {
    std::vector<Scenario> scenarios(1);
    scenarios[0].group = "a<b";
    std::vector<ScenarioTally> tallies(1);
    tallies[0].seeds = 1;
    tallies[0].stuck = {{.seed = 1, .guarantee = "\"open\" & \x01 <waiting>"}};
    const std::string xml = junit_xml(scenarios, tallies);
    EXPECT_NE(xml.find("a&lt;b"), xml.npos);
    EXPECT_NE(xml.find("&quot;open&quot; &amp; ? &lt;waiting&gt;"), xml.npos) << xml;
}

}  // namespace odradek::scenarios
