// A service outside the tree: it links the whole engine and gets an answer from it.
#include <cstdio>

#include <odradek/consumer.h>

int main() {
    const auto consumer =
        odradek::Consumer::open({.brokers = "127.0.0.1:9092", .topics = {"orders"}});
    if (consumer) return 1;  // no group was named
    std::puts(to_string(consumer.error()).c_str());
    return consumer.error().code == odradek::Errc::invalid_options ? 0 : 1;
}
