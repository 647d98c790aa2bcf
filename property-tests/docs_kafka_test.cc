// The guides that need a Kafka: what they show for 127.0.0.1:9092 is run on the tests' own.
#include "engine/local_kafka/kafka_fixture.h"
#include "property-tests/docs_run.h"

#include <string_view>

namespace odradek::docs {

namespace {

class DocsOnKafka : public local_kafka::KafkaTest {
protected:
    /// The guides' names of topics and groups become names of this run.
    static void follow(const std::string& file) {
        const std::string suffix = unique("");
        const DocsRun run{
            file,
            "#!/bin/sh\n"
            "case \"$1 $2\" in\n"
            "  'kafka start') echo 'bootstrap: " +
                bootstrap() +
                "';;\n"
                "  'kafka stop') echo \"'default' is stopped\";;\n"
                "  'kafka topic') shift 2; exec ODRADEK kafka topic --name " +
                cluster() +
                " \"$@\";;\n"
                "  *) exec ODRADEK \"$@\";;\n"
                "esac\n"};
        run.run([&](std::string text) {
            replace(text, "127.0.0.1:9092", bootstrap());
            replace(text, "guide-orders", "guide-orders" + suffix);
            replace(text, "guide-group", "guide-group" + suffix);
            return text;
        });
    }

private:
    /// Its name, as the fixture has it.
    static std::string cluster() {
        const char* name = std::getenv("ODRADEK_TEST_KAFKA");  // NOLINT(concurrency-mt-unsafe)
        return name == nullptr ? fmt::format("test-{}", getpid()) : name;
    }

    static void replace(std::string& text, std::string_view from, const std::string& to) {
        for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
            text.replace(at, from.size(), to);
        }
    }
};

}  // namespace

TEST_F(DocsOnKafka, readme_of_consume) {
    follow("engine/consume/README.md");
}

}  // namespace odradek::docs
