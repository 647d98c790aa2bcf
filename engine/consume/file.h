#pragma once

#include <utility>

#include <unistd.h>

namespace odradek::consume {

/// A number of an open file (pipe, socket, eventfd), closed with its owner; −1: none.
class File {
public:
    explicit File(int number = -1) : number_(number) {}
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() { close_now(); }

    void reset(int number) {
        close_now();
        number_ = number;
    }
    void close_now() {
        if (number_ >= 0) close(number_);
        number_ = -1;
    }
    [[nodiscard]] int get() const { return number_; }

private:
    int number_;
};

}  // namespace odradek::consume
