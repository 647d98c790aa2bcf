#include "odradek/consumer.h"

#include "engine/kafka/client_config.h"

#include <iterator>
#include <utility>

namespace odradek {

std::vector<Error> validate(const ConsumerOptions& options) {
    std::vector<Error> mistakes = kafka::check_client_options(options);
    std::vector<Error> of_engine = validate(options.engine);
    mistakes.insert(
        mistakes.end(),
        std::make_move_iterator(of_engine.begin()),
        std::make_move_iterator(of_engine.end())
    );
    return mistakes;
}

}  // namespace odradek
